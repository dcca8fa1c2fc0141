import { readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { PictorError } from '../../errors.ts';

/** Endings of picture files, lower case. */
const PICTURE_ENDINGS: ReadonlySet<string> = new Set(
  ['jpg', 'jpeg', 'jpe', 'jfif', 'png', 'webp', 'gif', 'tif', 'tiff', 'avif', 'bmp'].map((end) => `.${end}`),
);

/** Whether a file name has the ending of a picture. */
export function isPictureName(name: string): boolean {
  return PICTURE_ENDINGS.has(extname(name).toLowerCase());
}

/**
 * Picture files below a folder, by their endings, sorted; hidden files and folders are left out.
 *
 * @returns paths relative to the folder
 * @throws DATASET_INVALID when the folder cannot be read
 */
export async function pictureFiles(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true }).catch((cause: unknown) => {
    throw unreadable(folder, cause);
  });
  return names
    .filter(isPictureName)
    .filter((name) => !name.split(/[\\/]/).some((part) => part.startsWith('.')))
    .map((name) => name.replaceAll('\\', '/'))
    .sort();
}

/** Names of the folders in a folder, sorted. */
export async function subfolders(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((cause: unknown) => {
    throw unreadable(folder, cause);
  });
  return entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map(({ name }) => name)
    .sort();
}

/** @throws DATASET_INVALID when the file cannot be read */
export async function readText(...path: string[]): Promise<string> {
  return readFile(join(...path), 'utf8').catch((cause: unknown) => {
    throw unreadable(join(...path), cause);
  });
}

function unreadable(path: string, cause: unknown): PictorError {
  const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
  return new PictorError('DATASET_INVALID', {
    expected: 'a file or folder that can be read',
    received: `${path} (${reason})`,
    cause,
  });
}
