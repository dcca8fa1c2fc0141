/**
 * Where Pictor's own files lie.
 *
 * @module
 */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Platform } from '../../platforms/shared/platform.ts';

/** Root of this package: the folder of its package.json, from the sources, their compiled modules and their bundle. */
export const PACKAGE_ROOT = packageRoot(dirname(fileURLToPath(import.meta.url)));

function packageRoot(folder: string): string {
  const parent = dirname(folder);
  return parent === folder || existsSync(join(folder, 'package.json')) ? folder : packageRoot(parent);
}

/** Whether this module runs as TypeScript (from a checkout) or compiled (from the package). */
const EXTENSION = import.meta.url.endsWith('.ts') ? '.ts' : '.js';

/** Folder of Pictor's modules, one by one. */
export const SOURCE = join(PACKAGE_ROOT, EXTENSION === '.ts' ? 'src' : 'dist');

/** A file of Pictor as the bundler finds it. */
export function sourceFile(path: string): string {
  return join(SOURCE, path + EXTENSION).replaceAll('\\', '/');
}

/**
 * A module of a platform's folder as the bundler finds it.
 *
 * @param path e.g. `runtime/index`
 */
export function platformModule({ id, folder }: Platform, path: string): string {
  return (folder === undefined ? sourceFile(`platforms/${id}/${path}`) : join(folder, path)).replaceAll(
    '\\',
    '/',
  );
}
