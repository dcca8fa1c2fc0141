/**
 * Results that depend on a picture's content alone, kept on disk by its hash.
 *
 * @module
 */
import { createHash, randomUUID } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makeFolder } from '../../models/store/make-folder.ts';

/** A cache of byte strings. */
export interface ContentCache {
  /** What was kept; undefined when there is nothing, or nothing whole. */
  get(sha256: string): Promise<Uint8Array | undefined>;
  /** Keeps bytes. A disk that is full is not the caller's trouble: they are computed again the next time. */
  put(sha256: string, bytes: Uint8Array): Promise<void>;
  /** Entries that were damaged and have been thrown away. */
  readonly damaged: number;
  /** Whether something could not be written, and why. */
  readonly writeFailure: string | undefined;
}

const DIGEST_BYTES = 8;

/**
 * Opens a cache. Entries carry a digest of their bytes, so that one cut short by a crash or a disk error is noticed.
 *
 * @param folder need not exist
 */
export function openContentCache(folder: string): ContentCache {
  let damaged = 0;
  let writeFailure: string | undefined;
  const made = new Set<string>();
  const pathOf = (sha256: string) => join(folder, sha256.slice(0, 2), sha256.slice(2));
  return {
    get damaged() {
      return damaged;
    },
    get writeFailure() {
      return writeFailure;
    },
    async get(sha256) {
      const path = pathOf(sha256);
      const whole = await readFile(path).catch(() => undefined);
      if (whole === undefined) return undefined;
      const bytes = Uint8Array.from(whole.subarray(DIGEST_BYTES));
      if (digestOf(bytes).equals(whole.subarray(0, DIGEST_BYTES))) return bytes;
      damaged++;
      await rm(path, { force: true, recursive: true }).catch(() => {});
      return undefined;
    },
    async put(sha256, bytes) {
      if (writeFailure !== undefined) return;
      const path = pathOf(sha256);
      const draft = `${path}.${randomUUID()}`;
      try {
        if (!made.has(dirname(path))) await makeFolder(dirname(path));
        made.add(dirname(path));
        await writeFile(draft, Buffer.concat([digestOf(bytes), bytes]));
        await rename(draft, path);
      } catch (error) {
        writeFailure = error instanceof Error ? error.message : String(error);
        await rm(draft, { force: true }).catch(() => {});
      }
    },
  };
}

function digestOf(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest().subarray(0, DIGEST_BYTES);
}
