import { unzipSync } from 'fflate';
import { PictorError } from '../../errors.ts';

const MAX_ENTRIES = 10_000;
const MAX_TOTAL_BYTES = 1024 ** 3;

/** No compressor that is used for weights gets beyond this; an archive that claims more is a bomb. */
const MAX_RATIO = 1100;

/**
 * Unpacks an archive in memory. Folders that all files share are left out of the names.
 *
 * @param path what messages call it
 * @throws CONVERT_INPUT_INVALID when it is damaged, or unpacks to more than any model has
 */
export function readArchive(bytes: Uint8Array, path: string): ReadonlyMap<string, Uint8Array> {
  let [entries, total] = [0, 0];
  try {
    const files = unzipSync(bytes, {
      filter: ({ name, originalSize }) => {
        if (name.endsWith('/') || name.startsWith('__MACOSX/')) return false;
        entries++;
        total += originalSize;
        if (entries > MAX_ENTRIES) throw tooMuch(path, `more than ${MAX_ENTRIES} files`);
        if (total > MAX_TOTAL_BYTES || total > MAX_RATIO * bytes.byteLength) {
          throw tooMuch(path, `${total} bytes when unpacked`);
        }
        return true;
      },
    });
    return withoutSharedFolder(new Map(Object.entries(files)));
  } catch (error) {
    if (error instanceof PictorError) throw error;
    throw new PictorError('CONVERT_INPUT_INVALID', {
      expected: 'a zip archive',
      received: `${path} (${error instanceof Error ? error.message : 'unreadable'})`,
      cause: error,
    });
  }
}

function tooMuch(path: string, received: string): PictorError {
  return new PictorError('CONVERT_INPUT_INVALID', {
    expected: 'the archive of a model',
    received: `${path} with ${received}`,
  });
}

function withoutSharedFolder(files: ReadonlyMap<string, Uint8Array>): ReadonlyMap<string, Uint8Array> {
  const names = [...files.keys()];
  const [first = ''] = names;
  const end = first.indexOf('/') + 1;
  if (end === 0 || !names.every((name) => name.startsWith(first.slice(0, end)))) return files;
  return withoutSharedFolder(new Map([...files].map(([name, bytes]) => [name.slice(end), bytes])));
}
