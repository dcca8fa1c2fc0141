import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errorCode } from './store-failure.ts';

/**
 * Makes a folder and those above it. On a read-only or full file system Node's recursive `mkdir` says "no such file", which
 * helps nobody: the step that failed says why.
 *
 * @see https://github.com/nodejs/node/issues/47098
 */
export async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true });
  } catch (error) {
    const parent = dirname(path);
    if (errorCode(error) !== 'ENOENT' || parent === path) throw error;
    await makeFolder(parent);
    await mkdir(path).catch((failure: unknown) => {
      if (errorCode(failure) !== 'EEXIST') throw failure;
    });
  }
}
