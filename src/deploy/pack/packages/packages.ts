/**
 * The npm packages that an archive takes files from: the installed copy where it fits, else fetched through npm for the
 * target.
 *
 * @module
 */
import { execFile } from 'node:child_process';
import { mkdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { broughtAlong, peerVersion } from '../../../base/package-root.ts';
import { PictorError } from '../../../errors.ts';
import { PACKAGE_ROOT } from '../source.ts';
import type { PackTarget } from '../types.ts';

/** A package on disk. */
export interface FoundPackage {
  readonly name: string;
  readonly version: string;
  readonly folder: string;
  readonly licence: string;
  readonly optionalDependencies: Readonly<Record<string, string>>;
}

/**
 * A dependency of Pictor as it is installed beside it.
 *
 * @param name of the package
 * @returns undefined when it is not installed
 */
export async function installedPackage(name: string): Promise<FoundPackage | undefined> {
  const own = broughtAlong(name);
  if (own !== undefined) return readPackage(own);
  const { resolve } = createRequire(join(PACKAGE_ROOT, 'package.json'));
  // Not `resolve(name/package.json)`: most packages do not export it.
  for (const folder of resolve.paths(name) ?? []) {
    const found = await readPackage(join(folder, name));
    if (found) return found;
  }
  return undefined;
}

/** @throws PACK_FAILED when it is not installed */
export async function requirePackage(name: string): Promise<FoundPackage> {
  const found = await installedPackage(name);
  if (found) return found;
  throw new PictorError('PACK_FAILED', {
    expected: `the package ${name} beside Pictor`,
    received: 'none',
    fix: `Run npm install ${name}, or npm install without --omit=optional`,
  });
}

/**
 * A package that only some archives need: the installed one, or the version that Pictor's package.json names.
 *
 * @throws PACK_FAILED when npm cannot get it, ABORTED
 */
export async function optionalPackage(
  name: string,
  target: Pick<PackTarget, 'arch'>,
  cache: string,
  signal?: AbortSignal,
): Promise<FoundPackage> {
  return (
    (await installedPackage(name)) ??
    targetPackage(name, peerVersion(name) ?? 'latest', target, cache, signal)
  );
}

/**
 * A package for the target's operating system, processor and libc. npm runs no scripts of it.
 *
 * @param name of the package
 * @param version exact
 * @param cache folder that fetched packages are put into
 * @throws PACK_FAILED when npm cannot get it, ABORTED
 */
export async function targetPackage(
  name: string,
  version: string,
  { arch }: Pick<PackTarget, 'arch'>,
  cache: string,
  signal?: AbortSignal,
): Promise<FoundPackage> {
  const installed = await installedPackage(name);
  if (installed?.version === version) return installed;
  await askRegistry(`${name}@${version}`, signal);
  const folder = join(cache, `${name.replace('/', '-')}-${version}`);
  await mkdir(folder, { recursive: true });
  await npm(
    [
      'install',
      `${name}@${version}`,
      '--prefix',
      folder,
      '--os=linux',
      `--cpu=${arch}`,
      '--libc=glibc',
      '--ignore-scripts',
      '--no-save',
      '--no-package-lock',
      '--no-audit',
      '--no-fund',
      '--omit=optional',
      // What is named directly is otherwise refused on a foreign machine, whatever --cpu says.
      '--force',
    ],
    folder,
    signal,
  );
  const found = await readPackage(join(folder, 'node_modules', name));
  if (found?.version === version) return found;
  throw new PictorError('PACK_FAILED', { expected: `${name}@${version} from npm`, received: 'nothing' });
}

/** A registry that does not answer says so now: npm itself would go on asking for minutes. */
async function askRegistry(wanted: string, signal: AbortSignal | undefined): Promise<void> {
  const patience = ['--fetch-retries=0', `--fetch-timeout=${REGISTRY_MS}`];
  await npm(['view', wanted, 'version', ...patience], process.cwd(), signal);
}

/** How long a registry may take for its first answer, milliseconds. */
const REGISTRY_MS = 8_000;

async function npm(args: readonly string[], cwd: string, signal: AbortSignal | undefined): Promise<void> {
  // Started by npm itself, its own script is known; otherwise the one on the path.
  const script = process.env.npm_execpath?.endsWith('.js') ? process.env.npm_execpath : undefined;
  const file = script === undefined ? (process.platform === 'win32' ? 'npm.cmd' : 'npm') : process.execPath;
  try {
    await promisify(execFile)(file, [...(script === undefined ? [] : [script]), ...args], {
      cwd,
      ...(signal && { signal }),
      shell: script === undefined && process.platform === 'win32',
    });
  } catch (cause) {
    signal?.throwIfAborted();
    const text = cause instanceof Error && 'stderr' in cause ? String(cause.stderr) : String(cause);
    const reason = text.split('\n').find((line) => /npm (error|ERR!)/.test(line)) ?? text.split('\n', 1)[0];
    throw new PictorError('PACK_FAILED', {
      expected: `npm to fetch ${args[1]}`,
      received: reason?.slice(0, 300) ?? 'no reason',
      fix: 'Check the connection to the npm registry',
      cause,
    });
  }
}

/** Reads the package in a folder; nothing when there is none. */
export async function readPackage(folder: string): Promise<FoundPackage | undefined> {
  const text = await readFile(join(folder, 'package.json'), 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const json = JSON.parse(text) as {
    readonly name?: string;
    readonly version?: string;
    readonly license?: string;
    readonly optionalDependencies?: Record<string, string>;
  };
  return {
    name: json.name ?? '',
    version: json.version ?? '',
    folder,
    licence: json.license ?? 'unknown',
    optionalDependencies: json.optionalDependencies ?? {},
  };
}

/** The folder of the package that a file belongs to: below the last `node_modules`. */
export function packageFolderOf(path: string): string | undefined {
  const match = /^(.*node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+)/.exec(path);
  return match?.[1];
}
