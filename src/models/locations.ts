/**
 * Where models lie: the store's own folder and the folder of embedded models.
 *
 * @module
 */
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { packageRoot } from '../base/package-root.ts';

/** Environment variables by name, as `process.env` has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The folder that downloaded and added models are kept in: `PICTOR_HOME`, else `pictor` in the user's cache folder
 * (`XDG_CACHE_HOME`, `LOCALAPPDATA` on Windows, `~/.cache`).
 *
 * @param env environment variables
 * @returns an absolute path; the folder need not exist
 */
export function storeFolder(env: Environment): string {
  if (env.PICTOR_HOME) return resolve(env.PICTOR_HOME);
  if (env.XDG_CACHE_HOME) return resolve(env.XDG_CACHE_HOME, 'pictor');
  if (process.platform === 'win32' && env.LOCALAPPDATA) return resolve(env.LOCALAPPDATA, 'pictor');
  return join(homedir(), '.cache', 'pictor');
}

/**
 * The folder of compiled code that Node.js keeps for the program and its workers: `NODE_COMPILE_CACHE`, else `compiled`
 * in the {@link storeFolder}.
 */
export function compileCacheFolder(env: Environment): string {
  return env.NODE_COMPILE_CACHE || join(storeFolder(env), 'compiled');
}

/**
 * The folder of the models that the package carries: `PICTOR_EMBEDDED_MODELS`, else `models/` at the package root.
 *
 * @param env environment variables
 * @returns an absolute path; the folder need not exist
 */
export function embeddedFolder(env: Environment): string {
  if (env.PICTOR_EMBEDDED_MODELS) return resolve(env.PICTOR_EMBEDDED_MODELS);
  return resolve(packageRoot() ?? '.', 'models');
}
