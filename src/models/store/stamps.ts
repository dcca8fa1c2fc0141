/**
 * Stamps: notes beside the store that a file had a hash while it was in a certain state, so that a process that starts
 * need not read a model of 100 MB to know that it has not changed.
 *
 * @module
 */
import { randomUUID } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
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

/** Writes a stamp. Where that cannot be (a read-only store), the next process reads the file again. */
export async function writeStamp(at: string, stamp: Stamp): Promise<void> {
  const draft = `${at}.${randomUUID()}`;
  try {
    await makeFolder(dirname(at));
    await writeFile(draft, JSON.stringify(stamp));
    await rename(draft, at);
  } catch {
    await rm(draft, { force: true }).catch(() => {});
  }
}
