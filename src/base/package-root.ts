/**
 * This package's own files, found from wherever its code lies: sources, bundles, an installation.
 *
 * @module
 */
import { existsSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

interface OwnPackage {
  readonly root: string;
  readonly version: string;
  /** Optional packages, by name, with the range that this version is made for. */
  readonly peers: Readonly<Record<string, string>>;
}

let own: { readonly found: OwnPackage | undefined } | undefined;

function ownPackage(): OwnPackage | undefined {
  own ??= { found: search(dirname(fileURLToPath(import.meta.url))) };
  return own.found;
}

/** Looks upwards for the package.json of Pictor; there is none above a packed function. */
function search(folder: string): OwnPackage | undefined {
  const found = pictorIn(folder);
  if (found !== undefined) return found;
  const parent = dirname(folder);
  return parent === folder ? undefined : search(parent);
}

function pictorIn(folder: string): OwnPackage | undefined {
  let text: string;
  try {
    text = readFileSync(join(folder, 'package.json'), 'utf8');
  } catch {
    return undefined;
  }
  const { name, version, peerDependencies } = JSON.parse(text) as {
    readonly name?: unknown;
    readonly version?: unknown;
    readonly peerDependencies?: Readonly<Record<string, string>>;
  };
  if (name !== 'pictor' || typeof version !== 'string') return undefined;
  return { root: folder, version, peers: peerDependencies ?? {} };
}

/** The folder of this package; nothing in a packed function. */
export function packageRoot(): string | undefined {
  return ownPackage()?.root;
}

/**
 * The folder of a library that the published package brings along, as `scripts/onnxruntime.mjs` puts it there.
 *
 * @returns nothing in a checkout, where it is installed like any other
 */
export function broughtAlong(name: string): string | undefined {
  const root = packageRoot();
  if (root === undefined) return undefined;
  const folder = join(root, 'dist', name);
  return existsSync(join(folder, 'bin')) ? folder : undefined;
}

/** Version of this package; `unknown` in a packed function. */
export function packageVersion(): string {
  return ownPackage()?.version ?? 'unknown';
}

/**
 * The version of an optional package that this one is made for.
 *
 * @returns exact; nothing in a packed function
 */
export function peerVersion(name: string): string | undefined {
  return ownPackage()?.peers[name]?.replace(/^[^0-9]*/, '');
}

/** What to type to get an optional package. */
export function installCommand(name: string): string {
  const version = peerVersion(name);
  return `npm install ${name}${version === undefined ? '' : `@${version}`}`;
}

/**
 * A file of this package.
 *
 * @param path from its root, e.g. `web/page.js`
 * @returns `undefined` where there is no such file, as in a packed function
 */
export async function packageFile(path: string): Promise<Buffer | undefined> {
  const root = packageRoot();
  if (root === undefined) return undefined;
  try {
    return await readFile(join(root, path));
  } catch {
    return undefined;
  }
}
