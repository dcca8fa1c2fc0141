/**
 * The files of a model to import: a folder, a zip archive, or one file with its neighbours.
 *
 * @module
 */
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { PictorError } from '../../errors.ts';
import { readArchive } from './read-archive.ts';

/** Files by name, relative, with forward slashes. */
export interface FileSet {
  /** Name of the file that was asked for; absent for a folder or an archive. */
  readonly chosen?: string;
  readonly names: readonly string[];
  /** @throws CONVERT_INPUT_INVALID when there is no such file, or it is too large */
  readonly read: (name: string) => Promise<Uint8Array>;
}

/** Larger files are no models that this process could hold. */
const MAX_FILE_BYTES = 2 ** 31 - 1;

/**
 * @param path a folder, a zip archive or a file
 * @throws CONVERT_INPUT_INVALID when there is nothing, or it cannot be read
 */
export async function openFileSet(path: string): Promise<FileSet> {
  const found = await guarded(path, () => stat(path));
  if (found.isDirectory()) return folderSet(path);
  const bytes = await readBounded(path);
  if (isZip(bytes)) return archiveSet(bytes, path);
  const chosen = basename(path);
  const folder = await folderSet(dirname(path));
  return { ...folder, chosen, read: async (name) => (name === chosen ? bytes : folder.read(name)) };
}

/**
 * Whether a name can only lead to a file in or below the folder it starts from, on any system. Models name their weights
 * files, and a hostile one names somebody else's.
 */
export function staysInside(name: string): boolean {
  if (/[\\:\0]/.test(name)) return false;
  return name.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
}

function isZip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x50 && bytes[1] === 0x4b && bytes[2] === 3 && bytes[3] === 4;
}

async function folderSet(folder: string): Promise<FileSet> {
  const entries = await guarded(folder, () => readdir(folder, { withFileTypes: true }));
  const names = entries.filter((entry) => !entry.isDirectory()).map(({ name }) => name);
  const read = (name: string) => {
    if (!staysInside(name)) throw outside(name);
    return readBounded(join(folder, name));
  };
  return { names: names.sort(), read: async (name) => read(name) };
}

function archiveSet(bytes: Uint8Array, path: string): FileSet {
  const files = readArchive(bytes, path);
  const read = (name: string) => {
    const file = files.get(name);
    if (!staysInside(name) || !file) throw outside(name);
    return file;
  };
  return { names: [...files.keys()].sort(), read: async (name) => read(name) };
}

function outside(name: string): PictorError {
  return new PictorError('CONVERT_INPUT_INVALID', {
    expected: 'the name of a file beside model.json',
    received: name.slice(0, 200),
  });
}

async function readBounded(path: string): Promise<Uint8Array> {
  return guarded(path, async () => {
    const { size } = await stat(path);
    if (size > MAX_FILE_BYTES) {
      throw new PictorError('CONVERT_INPUT_INVALID', {
        expected: `at most ${MAX_FILE_BYTES} bytes`,
        received: `${path} of ${size} bytes`,
      });
    }
    return readFile(path);
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
