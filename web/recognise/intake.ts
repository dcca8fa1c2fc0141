/**
 * Pictures out of what was dropped, pasted or chosen.
 *
 * @module
 */
import type { Picture } from './ask.ts';

export type Found = Omit<Picture, 'id'>;

/** Files of these kinds lie in folders of pictures, and are none. */
const IGNORED = /(^|\/)(\.|Thumbs\.db$|desktop\.ini$)/i;

export function fromFiles(files: Iterable<File>, inFolder = false): Found[] {
  return [...files]
    .filter(
      (file) => !inFolder || (!IGNORED.test(file.webkitRelativePath || file.name) && looksLikePicture(file)),
    )
    .map((file) => ({ name: file.webkitRelativePath || file.name, source: { kind: 'file', blob: file } }));
}

function looksLikePicture({ type, name }: File): boolean {
  return type.startsWith('image/') || /\.(jpe?g|png|webp|gif|avif|tiff?|bmp|heic|heif)$/i.test(name);
}

/**
 * What a drop or paste brings: files, folders with what is in them, or the address of a picture of another page. The
 * transfer is empty after the event, so everything is taken out of it at once and read later.
 */
export function fromTransfer(transfer: DataTransfer): Promise<Found[]> {
  const entries = [...transfer.items].map((item) => (item.kind === 'file' ? item.webkitGetAsEntry() : null));
  const files = [...transfer.files];
  const addresses = `${transfer.getData('text/uri-list')}\n${transfer.getData('text/plain')}`;
  const folders = entries.filter((entry) => entry?.isDirectory);
  return Promise.all(folders.map((entry) => (entry ? filesIn(entry) : []))).then((inFolders) => {
    const plain = files.filter((_, i) => !entries[i]?.isDirectory);
    const found = [...fromFiles(plain), ...inFolders.flat()];
    if (found.length > 0 || files.length > 0) return found;
    const url = addresses.split('\n').find((line) => /^https?:\/\//.test(line.trim()));
    return url === undefined ? [] : [fromAddress(url.trim())];
  });
}

export function fromAddress(url: string): Found {
  const name = URL.canParse(url) ? decodeURI(new URL(url).pathname.split('/').at(-1) || url) : url;
  return { name, source: { kind: 'url', url } };
}

async function filesIn(entry: FileSystemEntry): Promise<Found[]> {
  if (IGNORED.test(entry.name)) return [];
  if (entry.isFile) {
    const file = await new Promise<File>((resolve, reject) =>
      (entry as FileSystemFileEntry).file(resolve, reject),
    );
    return looksLikePicture(file)
      ? [{ name: entry.fullPath.slice(1), source: { kind: 'file', blob: file } }]
      : [];
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const found: Found[] = [];
  // Browsers give at most a hundred at a time.
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (some.length === 0) return found;
    for (const one of some) found.push(...(await filesIn(one)));
  }
}
