/**
 * A folder of models: `<folder>/<id>/manifest.json`, the files beside it.
 *
 * @module
 */
import { readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { isPictorError, PictorError } from '../../errors.ts';
import { type PlacedManifest, readManifest } from '../manifest/manifest-file.ts';
import { errorCode, storeFailure } from './store-failure.ts';

/** Name of a manifest inside its model's folder. */
export const MANIFEST_NAME = 'manifest.json';

/**
 * The model of an id.
 *
 * @param folder the shelf; need not exist
 * @param id checked against the form of ids: never a path
 * @returns undefined when there is none
 * @throws MODEL_MANIFEST_INVALID, MODEL_STORE_FAILED
 */
export async function fromShelf(folder: string, id: string): Promise<PlacedManifest | undefined> {
  const path = join(folder, id, MANIFEST_NAME);
  try {
    const placed = await readManifest(path);
    if (placed.manifest.id === id) return placed;
    throw new PictorError('MODEL_MANIFEST_INVALID', {
      expected: `the id ${id} in ${path}`,
      received: placed.manifest.id,
    });
  } catch (error) {
    if (isPictorError(error) && error.code === 'MODEL_UNKNOWN') return undefined;
    throw error;
  }
}

/** Every model of a shelf, by id. Folders whose manifest cannot be read are left out. */
export async function wholeShelf(folder: string): Promise<PlacedManifest[]> {
  const found: PlacedManifest[] = [];
  for (const name of (await namesIn(folder)).sort()) {
    const placed = await fromShelf(folder, name).catch(() => undefined);
    if (placed) found.push(placed);
  }
  return found;
}

/** Whether every file is there with its size. Says nothing about its content. */
export async function looksWhole({ manifest, folder }: PlacedManifest): Promise<boolean> {
  for (const file of manifest.files) {
    const found = await stat(resolve(folder, file.path)).catch(() => undefined);
    if (!found?.isFile() || found.size !== file.bytes) return false;
  }
  return true;
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries.filter((entry) => !entry.isFile()).map(({ name }) => name);
  } catch (error) {
    const code = errorCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return [];
    throw storeFailure(error, folder);
  }
}
