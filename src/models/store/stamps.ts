/**
 * Stamps: notes beside the store that a file had a hash while it was in a certain state, so that a process that starts
 * need not read a model of 100 MB to know that it has not changed.
 *
 * @module
 */
import { randomUUID } from 'node:crypto';
import { readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import * as z from 'zod';
import { makeFolder } from './make-folder.ts';

const stampSchema = z.object({
  path: z.string(),
  state: z.string(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});

/** A file, its state when it was read, and what its content hashed to. */
export type Stamp = Readonly<z.infer<typeof stampSchema>>;

/** A stamp; undefined when there is none that can be read. */
export async function readStamp(at: string): Promise<Stamp | undefined> {
  try {
    return stampSchema.parse(JSON.parse(await readFile(at, 'utf8')));
  } catch {
    return undefined;
  }
}

/**
 * A file must have been at rest this long, in milliseconds, when its stamp is written: two changes within one tick of
 * the file system's clock would look like one.
 */
const AT_REST_MS = 100;

/**
 * Writes a stamp, if the file has been at rest. Where that cannot be (a read-only store), the next process reads the file
 * again.
 *
 * @param changedMs when the file changed last, by the file system's clock; so is what it is compared with
 */
export async function writeStamp(at: string, stamp: Stamp, changedMs: number): Promise<void> {
  const draft = `${at}.${randomUUID()}`;
  try {
    await makeFolder(dirname(at));
    await writeFile(draft, JSON.stringify(stamp));
    const { ctimeMs } = await stat(draft);
    if (ctimeMs - changedMs > AT_REST_MS) await rename(draft, at);
    else await rm(draft, { force: true });
  } catch {
    await rm(draft, { force: true }).catch(() => {});
  }
}

/** Deletes drafts of a stamp that processes left when they were killed. */
export async function sweepStampDrafts(at: string): Promise<void> {
  for (const name of await readdir(dirname(at)).catch(() => [])) {
    if (name.startsWith(`${basename(at)}.`)) await rm(join(dirname(at), name), { force: true });
  }
}
