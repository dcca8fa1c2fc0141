/**
 * What the user names on the command line → pictures: files, folders, globs, URLs, `-` for standard input.
 *
 * @module
 */
import { stat } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { PictorError } from '../../errors.ts';
import type { ImageSource } from '../../image/types.ts';

/** One picture to look at. */
export interface CliInput {
  /** As the user will recognise it. */
  readonly name: string;
  open(): ImageSource;
}

const PICTURE_GLOB = '**/*.{jpg,jpeg,jpe,jfif,png,webp,gif,tif,tiff,avif,bmp}';

/**
 * Expands arguments in order, without repeats. Folders are searched for picture file names; a name that does not
 * exist, or holds no picture, stays in the list, so that it is reported like any other bad picture.
 *
 * @param names file, folder, glob, http(s) URL, data URL or `-`
 */
export async function expandInputs(names: readonly string[]): Promise<CliInput[]> {
  const found = new Map<string, CliInput>();
  for (const name of names) {
    for (const input of await expandOne(name)) found.set(input.name, input);
  }
  return [...found.values()];
}

async function expandOne(name: string): Promise<CliInput[]> {
  if (name === '-') return [{ name: '(standard input)', open: () => process.stdin }];
  if (/^https?:/i.test(name)) return [{ name, open: () => fetched(name) }];
  if (/^data:/i.test(name)) return [{ name: `${name.slice(0, 32)}…`, open: () => name }];
  const stats = await stat(name).catch(() => undefined);
  if (stats?.isFile()) return [fileInput(name)];
  const { glob, isDynamicPattern } = await import('tinyglobby');
  if (stats?.isDirectory()) {
    return found(
      name,
      (await glob(PICTURE_GLOB, { cwd: name, caseSensitiveMatch: false })).map((file) => join(name, file)),
    );
  }
  if (stats === undefined && isDynamicPattern(name))
    return found(name, await glob(name, { caseSensitiveMatch: false, absolute: isAbsolute(name) }));
  return [fileInput(name)];
}

function found(pattern: string, files: string[]): CliInput[] {
  return files.length > 0 ? files.sort().map(fileInput) : [{ name: pattern, open: () => nothingIn(pattern) }];
}

function nothingIn(pattern: string): never {
  throw new PictorError('IMAGE_NOT_FOUND', { expected: `pictures in ${pattern}`, received: 'none' });
}

/**
 * A picture that is fetched when it is read. Whoever types an address may reach what this machine may: private
 * addresses and other ports are not refused as they are to the clients of a server.
 */
async function* fetched(address: string): AsyncGenerator<Uint8Array> {
  const port = URL.canParse(address) ? new URL(address).port : '';
  const ports = [80, 443, ...(port === '' ? [] : [Number(port)])];
  const { readSource } = await import('../../image/sources/read-source.ts');
  yield await readSource(address, { urls: { ports, allow: () => true } });
}

function fileInput(path: string): CliInput {
  return { name: path, open: () => path };
}
