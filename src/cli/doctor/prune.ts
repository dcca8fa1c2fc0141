/**
 * `pictor doctor --prune`: the package brings the inference library for every operating system.
 *
 * @module
 */
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { packageFolder } from '../../engine/backends/diagnose.ts';
import { PictorError } from '../../errors.ts';

export interface Pruned {
  /** Folder of the libraries. */
  readonly folder: string;
  /** What is gone, e.g. `win32`. */
  readonly removed: readonly { readonly platform: string; readonly bytes: number }[];
  readonly kept: readonly string[];
}

/**
 * Removes the native libraries of other operating systems. Those of Linux stay: `pictor pack` puts them into archives.
 * A fresh `npm install` brings all of them back.
 *
 * @param folder of onnxruntime-node (default: the one that Pictor loads)
 * @param platform that is kept besides Linux (default: this machine's)
 * @throws BACKEND_UNAVAILABLE when it is not installed, FILE_WRITE_FAILED
 */
export async function pruneLibraries(
  folder = packageFolder('onnxruntime-node'),
  platform: string = process.platform,
): Promise<Pruned> {
  if (folder === undefined) {
    throw new PictorError('BACKEND_UNAVAILABLE', {
      expected: 'onnxruntime-node to be installed',
      received: 'no such package',
      fix: 'Run npm install pictor',
    });
  }
  const libraries = join(folder, 'bin', 'napi-v6');
  const names = (await readdir(libraries, { withFileTypes: true }).catch(() => []))
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
  const kept = names.filter((name) => name === platform || name === 'linux');
  // Nothing that fits this machine: a layout that this version does not know is left alone.
  if (kept.length === 0) return { folder: libraries, removed: [], kept: names };
  const removed = [];
  for (const name of names.filter((one) => !kept.includes(one)).sort()) {
    const path = join(libraries, name);
    const bytes = await bytesIn(path);
    try {
      await rm(path, { recursive: true });
    } catch (cause) {
      throw new PictorError('FILE_WRITE_FAILED', {
        received: `${path}: ${cause instanceof Error ? cause.message : String(cause)}`,
        fix: 'Run it as the user who installed the package',
        cause,
      });
    }
    removed.push({ platform: name, bytes });
  }
  return { folder: libraries, removed, kept };
}

async function bytesIn(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const sizes = await Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map(async (entry) => (await stat(join(entry.parentPath, entry.name))).size),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
