/**
 * The files of a model to import: a folder, a zip archive, or one file with its neighbours.
 *
 * @module
 */
import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { PictorError } from '../../errors.ts';
import { type ByteSource, fileSource } from './byte-source.ts';
import { isZip, readZip, type ZipEntry } from './zip-directory.ts';

/** Files by name, relative, with forward slashes. */
export interface FileSet {
  /** Name of the file that was asked for; absent for a folder or an archive. */
  readonly chosen?: string;
  readonly names: readonly string[];
  /** @throws CONVERT_INPUT_INVALID when there is no such file, or it is too large */
  readonly read: (name: string) => Promise<Uint8Array>;
  /**
   * For files that are read in parts; open until the set is closed.
   *
   * @throws CONVERT_INPUT_INVALID when there is no such file
   */
  readonly open: (name: string) => Promise<ByteSource>;
  readonly close: () => void;
}

/** Larger files are no models that this process could hold. */
const MAX_FILE_BYTES = 2 ** 31 - 1;

/** How deep and how wide folders are searched. */
const MAX_DEPTH = 4;
const MAX_NAMES = 10_000;

/**
 * @param path a folder, a zip archive or a file
 * @throws CONVERT_INPUT_INVALID when there is nothing, or it cannot be read
 */
export async function openFileSet(path: string): Promise<FileSet> {
  const found = await guarded(path, () => stat(path));
  const opened = new OpenSources();
  if (found.isDirectory()) return folderSet(path, await namesBelow(path), opened);
  const source = await opened.file(path);
  if (source.size >= 4 && isZip(source.read(0, 4))) {
    const entries = readZip(source);
    if (!isOneModel(entries)) return archiveSet(entries, opened);
  }
  const [chosen, folder] = [basename(path), resolve(dirname(path))];
  const names = await namesBeside(folder);
  // ImageAI keeps models in one folder and their classes in another one beside it.
  const classes = basename(folder) === 'models' ? join(dirname(folder), 'json') : undefined;
  const named = classes === undefined ? [] : await namesBeside(classes).catch(() => []);
  if (named.length === 0) return { ...folderSet(folder, names, opened), chosen };
  const all = [...names.map((name) => `models/${name}`), ...named.map((name) => `json/${name}`)];
  return { ...folderSet(dirname(folder), all, opened), chosen: `models/${chosen}` };
}

/**
 * Whether a name can only lead to a file in or below the folder it starts from, on any system. Models name their weights
 * files, and a hostile one names somebody else's.
 */
export function staysInside(name: string): boolean {
  if (/[\\:\0]/.test(name)) return false;
  return name.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
}

/** Zip archives that are one model: Keras 3 and PyTorch. */
function isOneModel(entries: readonly ZipEntry[]): boolean {
  const names = new Set(entries.map(({ name }) => name));
  if (names.has('config.json') && names.has('model.weights.h5')) return true;
  return entries.some(({ name }) => /^([^/]*\/)?(data\.pkl|constants\.pkl)$/.test(name));
}

/** Sources that one import has open. */
class OpenSources {
  readonly #sources: ByteSource[] = [];

  async file(path: string): Promise<ByteSource> {
    const source = await guarded(path, async () => {
      const { size } = await stat(path);
      if (size > MAX_FILE_BYTES) {
        throw new PictorError('CONVERT_INPUT_INVALID', {
          expected: `at most ${MAX_FILE_BYTES} bytes`,
          received: `${path} of ${size} bytes`,
        });
      }
      return fileSource(path);
    });
    this.#sources.push(source);
    return source;
  }

  close(): void {
    for (const source of this.#sources.splice(0)) source.close();
  }
}

/** Files of one folder, without its folders. */
async function namesBeside(folder: string): Promise<string[]> {
  const entries = await guarded(folder, () => readdir(folder, { withFileTypes: true }));
  return entries.filter((entry) => !entry.isDirectory() && !isLeftover(entry.name)).map(({ name }) => name);
}

async function namesBelow(folder: string): Promise<string[]> {
  const names: string[] = [];
  const open: { readonly path: string; readonly depth: number }[] = [{ path: '', depth: 0 }];
  for (const { path, depth } of open) {
    const here = join(folder, path);
    for (const entry of await guarded(here, () => readdir(here, { withFileTypes: true }))) {
      const name = path === '' ? entry.name : `${path}/${entry.name}`;
      if (isLeftover(name)) continue;
      if (!entry.isDirectory()) names.push(name);
      else if (depth < MAX_DEPTH && entry.name !== 'node_modules')
        open.push({ path: name, depth: depth + 1 });
      if (names.length > MAX_NAMES) return names;
    }
  }
  return names;
}

/** What macOS and Windows leave in folders and archives. */
function isLeftover(name: string): boolean {
  return name
    .split('/')
    .some((part) => part === '__MACOSX' || part.startsWith('._') || part === '.DS_Store' || part === '.git');
}

function folderSet(folder: string, names: readonly string[], opened: OpenSources): FileSet {
  const open = async (name: string) => {
    if (!staysInside(name)) throw outside(name);
    return opened.file(join(folder, name));
  };
  return setOf(names, open, () => opened.close());
}

function archiveSet(entries: readonly ZipEntry[], opened: OpenSources): FileSet {
  const kept = entries.filter(({ name }) => !isLeftover(name));
  // Some programs of Windows write its own slashes.
  const names = kept.map(({ name }) => name.replaceAll('\\', '/'));
  const prefix = sharedFolder(names);
  const files = new Map(kept.map((entry, i) => [names[i]?.slice(prefix.length) ?? '', entry]));
  const open = async (name: string) => {
    const file = files.get(name);
    if (!staysInside(name) || !file) throw outside(name);
    return file.open();
  };
  return setOf([...files.keys()], open, () => opened.close());
}

function setOf(names: readonly string[], open: FileSet['open'], close: () => void): FileSet {
  const read = async (name: string) => {
    const source = await open(name);
    return source.read(0, source.size);
  };
  return { names: [...names].sort(), open, read, close };
}

/** Folders that all names begin with. */
function sharedFolder(names: readonly string[]): string {
  const [first = ''] = names;
  let shared = '';
  for (let end = first.indexOf('/') + 1; end > 0; end = first.indexOf('/', end) + 1) {
    const prefix = first.slice(0, end);
    if (!names.every((name) => name.startsWith(prefix))) break;
    shared = prefix;
  }
  return shared;
}

function outside(name: string): PictorError {
  return new PictorError('CONVERT_INPUT_INVALID', {
    expected: 'the name of a file beside model.json',
    received: name.slice(0, 200),
  });
}

async function guarded<T>(path: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (error instanceof PictorError) throw error;
    const said = error instanceof Error ? error.message : String(error);
    throw new PictorError('CONVERT_INPUT_INVALID', {
      expected: 'a file or folder that can be read',
      received: said.includes(path) ? said : `${path} (${said})`,
      cause: error,
    });
  }
}
