/**
 * SHA-256 of files, computed once for each state of a file.
 *
 * @module
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';

interface KnownHash {
  /** Size, modification time and inode: what changes when the content does. */
  readonly state: string;
  readonly sha256: Promise<string>;
}

const known = new Map<string, KnownHash>();

/**
 * SHA-256 of a file. A second call for a file that has not changed since (same size, modification time and inode)
 * answers from memory.
 *
 * @param path absolute path
 * @param options `fresh` reads the file in any case
 * @returns 64 lower-case hexadecimal digits
 * @throws the file system's own errors, and the signal's reason
 */
export async function hashFile(
  path: string,
  options: { readonly fresh?: boolean; readonly signal?: AbortSignal } = {},
): Promise<string> {
  const { size, mtimeNs, ino } = await stat(path, { bigint: true });
  const state = `${size}:${mtimeNs}:${ino}`;
  const earlier = known.get(path);
  if (!options.fresh && earlier?.state === state) {
    const sha256 = await earlier.sha256;
    options.signal?.throwIfAborted();
    return sha256;
  }
  const sha256 = readAndHash(path, options.signal);
  known.set(path, { state, sha256 });
  try {
    return await sha256;
  } catch (error) {
    // A reading that was cancelled or failed says nothing about the file.
    if (known.get(path)?.sha256 === sha256) known.delete(path);
    throw error;
  }
}

async function readAndHash(path: string, signal: AbortSignal | undefined): Promise<string> {
  const hash = createHash('sha256');
  const stream = createReadStream(path, { highWaterMark: 1 << 20, ...(signal && { signal }) });
  for await (const chunk of stream) hash.update(chunk);
  return hash.digest('hex');
}
