/**
 * Where Pictor's own code lies: sources in a checkout, one set of bundles in the package.
 *
 * @module
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../base/package-root.ts';
import type { Platform } from '../../platforms/shared/platform.ts';

/** Root of this package. */
export const PACKAGE_ROOT = packageRoot() ?? process.cwd();

const FROM_SOURCE = import.meta.url.endsWith('.ts');

/** Folder of Pictor's code. */
export const SOURCE = join(PACKAGE_ROOT, FROM_SOURCE ? 'src' : 'dist/bundle');

/** A module of Pictor as the bundler finds it; in the package, one of those that `scripts/bundle.mjs` lists. */
export function sourceFile(path: string): string {
  return slashed(join(SOURCE, path + (FROM_SOURCE ? '.ts' : '.js')));
}

/** The engine's worker. */
export const WORKER_MODULE = sourceFile(FROM_SOURCE ? 'engine/worker/worker' : 'worker');

/**
 * A module of a platform's folder as the bundler finds it.
 *
 * @param path e.g. `runtime/index`
 */
export function platformModule({ id, folder }: Platform, path: string): string {
  return folder === undefined ? sourceFile(`platforms/${id}/${path}`) : slashed(join(folder, path));
}

/** The emulator's runner for a platform, where it was built with the package. */
export function builtRunner({ id, folder }: Platform): string | undefined {
  const path = join(SOURCE, 'platforms', id, 'runner.cjs');
  return folder === undefined && existsSync(path) ? path : undefined;
}

function slashed(path: string): string {
  return path.replaceAll('\\', '/');
}
