/**
 * What the user names on the command line → pictures: files, folders, globs, URLs, `-` for standard input.
 *
 * @module
 */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { glob, isDynamicPattern } from 'tinyglobby';
import { PictorError } from '../errors.ts';
import type { ImageSource } from '../image/types.ts';

/** One picture to look at. */
export interface CliInput {
  /** As the user will recognise it. */
  readonly name: string;
  open(): ImageSource;
}

const PICTURE_GLOB = '**/*.{jpg,jpeg,jpe,jfif,png,webp,gif,tif,tiff,avif,bmp}';

/**
 * Expands arguments in order, without repeats. Folders are searched for picture file names; a name that does not
 * exist stays in the list, so that it is reported like any other bad picture.
 *
 * @param names file, folder, glob, http(s) URL, data URL or `-`
 * @throws OPTION_INVALID when nothing is named, or a folder or glob holds no picture
 */
export async function expandInputs(names: readonly string[]): Promise<CliInput[]> {
  if (names.length === 0) {
    throw new PictorError('OPTION_INVALID', {
      expected: 'at least one file, folder, glob, URL or - for standard input',
      received: 'none',
    });
  }
  const found = new Map<string, CliInput>();
  for (const name of names) {
    for (const input of await expandOne(name)) found.set(input.name, input);
  }
  return [...found.values()];
}

async function expandOne(name: string): Promise<CliInput[]> {
  if (name === '-') return [{ name: '(standard input)', open: () => process.stdin }];
  if (/^https?:/i.test(name)) return [{ name, open: () => new URL(name) }];
  if (/^data:/i.test(name)) return [{ name: `${name.slice(0, 32)}…`, open: () => name }];
  const stats = await stat(name).catch(() => undefined);
  if (stats?.isDirectory()) {
    return found(
      name,
      (await glob(PICTURE_GLOB, { cwd: name, caseSensitiveMatch: false })).map((file) => join(name, file)),
    );
  }
  if (stats === undefined && isDynamicPattern(name))
    return found(name, await glob(name, { caseSensitiveMatch: false }));
  return [fileInput(name)];
}

function found(pattern: string, files: string[]): CliInput[] {
  if (files.length === 0) {
    throw new PictorError('OPTION_INVALID', { expected: `pictures in ${pattern}`, received: 'none' });
  }
  return files.sort().map(fileInput);
}

function fileInput(path: string): CliInput {
  return { name: path, open: () => path };
}
