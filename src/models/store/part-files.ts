/**
 * Whose part file is whose. A writer has part files of its own, so that one that lost its lock in its sleep cannot spoil
 * the bytes of another; what others left is continued as a copy.
 *
 * @module
 */
import { randomUUID } from 'node:crypto';
import { constants, copyFile, link, readdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { dropPart, movePart, partBytes } from '../download/part-file.ts';
import type { ModelFile } from '../manifest/manifest.ts';
import { checkFile } from './check-files.ts';

type Wanted = Pick<ModelFile, 'path' | 'sha256' | 'bytes'>;

/**
 * Begins a part file, with what earlier writers left of the same file. The caller holds the model's lock.
 *
 * @param folder of the model's part files
 * @returns path of a part file that nobody else writes to; it need not exist yet
 */
export async function ownPart(folder: string, file: Wanted): Promise<string> {
  const own = join(folder, `${file.sha256}.${randomUUID()}.part`);
  // A writer that gave up has let go of it.
  if (await movePart(releasedPath(folder, file), own)) return own;
  // A writer that vanished may wake up, and write on: its file is copied, not taken.
  const left = await leftParts(folder, file);
  const best = left.filter(({ bytes }) => bytes <= file.bytes).sort((a, b) => b.bytes - a.bytes)[0];
  if (best) await copyFile(best.path, own, constants.COPYFILE_FICLONE).catch(() => dropPart(own));
  for (const { path } of left) await dropPart(path);
  return own;
}

/** Leaves an unfinished part to whoever comes next. Nothing writes to it any more. */
export async function releasePart(folder: string, file: Wanted, own: string): Promise<void> {
  const released = releasedPath(folder, file);
  const bytes = await partBytes(own);
  if (bytes === 0 || bytes < (await partBytes(released))) await dropPart(own);
  else await movePart(own, released);
}

/**
 * Takes a file that is good from a model that is not: a folder whose manifest was damaged need not be fetched again.
 *
 * @param folder of the model as it lies in the store
 * @returns whether `part` now is the whole file
 */
export async function salvage(folder: string, file: Wanted, part: string): Promise<boolean> {
  const path = resolve(folder, file.path);
  if (!(await stat(path).catch(() => undefined))?.isFile()) return false;
  if (await checkFile(path, file, { fresh: true })) return false;
  await dropPart(part);
  await link(path, part).catch(() => copyFile(path, part));
  return true;
}

function releasedPath(folder: string, { sha256 }: Wanted): string {
  return join(folder, `${sha256}.part`);
}

async function leftParts(folder: string, { sha256 }: Wanted): Promise<{ path: string; bytes: number }[]> {
  const names = (await readdir(folder)).filter((name) => name.startsWith(sha256) && name.endsWith('.part'));
  return Promise.all(
    names.map(async (name) => ({ path: join(folder, name), bytes: await partBytes(join(folder, name)) })),
  );
}
