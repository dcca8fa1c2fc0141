/**
 * A download that is not complete: its bytes, and what the server said of them.
 *
 * @module
 */
import { readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import * as z from 'zod';
import { storing } from '../store/store-failure.ts';

const noteSchema = z.object({ url: z.string(), etag: z.string() });

/** Which state of the file on the server the bytes belong to. */
export type PartNote = z.infer<typeof noteSchema>;

/** Bytes that lie there from an earlier attempt; 0 when there are none. */
export async function partBytes(path: string): Promise<number> {
  const found = await stat(path).catch(() => undefined);
  return found?.size ?? 0;
}

/** Removes an incomplete download. */
export async function dropPart(path: string): Promise<void> {
  await rm(path, { force: true });
  await rm(notePath(path), { force: true });
}

/** Gives an incomplete download another name. @returns whether there was one */
export async function movePart(from: string, to: string): Promise<boolean> {
  await rename(notePath(from), notePath(to)).catch(() => rm(notePath(to), { force: true }));
  return rename(from, to).then(
    () => true,
    () => false,
  );
}

/** The note beside an incomplete download. */
export async function readNote(path: string): Promise<PartNote | undefined> {
  try {
    return noteSchema.parse(JSON.parse(await readFile(notePath(path), 'utf8')));
  } catch {
    return undefined;
  }
}

/** Notes the entity tag of the bytes to come; a weak tag cannot vouch for byte ranges and is not kept. */
export async function writeNote(path: string, url: string, etag: string | undefined): Promise<void> {
  if (!etag || etag.startsWith('W/')) await rm(notePath(path), { force: true });
  else {
    const note = JSON.stringify({ url, etag } satisfies PartNote);
    await storing(path, () => writeFile(notePath(path), note));
  }
}

function notePath(path: string): string {
  return `${path}.json`;
}
