import { readFile } from 'node:fs/promises';

/**
 * A file of this package, by its path from the package's root (two folders up, from source and from dist alike).
 *
 * @param path e.g. `web/page.js`
 * @returns `undefined` where there is no such file, as in a bundle
 */
export async function packageFile(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(new URL(`../../${path}`, import.meta.url));
  } catch {
    return undefined;
  }
}

/** Version of this package; `unknown` in a bundle. */
export async function packageVersion(): Promise<string> {
  const text = await packageFile('package.json');
  if (text === undefined) return 'unknown';
  const { version } = JSON.parse(text.toString('utf8')) as { readonly version?: unknown };
  return typeof version === 'string' ? version : 'unknown';
}
