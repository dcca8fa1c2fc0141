/**
 * SHA-256 of files, computed once for each state of a file: within a process, and across processes by stamps.
 *
 * @module
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { readStamp, writeStamp } from './stamps.ts';

interface KnownHash {
  readonly state: string;
  readonly sha256: Promise<string>;
}

/** How a hash may be had. */
export interface HashOptions {
  /** Read the file in any case. */
  readonly fresh?: boolean;
  /** Where the stamp of a path lies; without it, nothing is remembered beyond this process. */
  readonly stampOf?: ((path: string) => string) | undefined;
  readonly signal?: AbortSignal | undefined;
}

const known = new Map<string, KnownHash>();

/**
 * SHA-256 of a file. A second call for a file that has not changed since answers from memory, or from its stamp.
 *
 * @param path absolute path
 * @returns 64 lower-case hexadecimal digits
 * @throws the file system's own errors, and the signal's reason
 */
export async function hashFile(path: string, options: HashOptions = {}): Promise<string> {
  const { signal } = options;
  const { state } = await stateOf(path);
  const earlier = known.get(path);
  if (!options.fresh && earlier?.state === state) {
    // Whoever began reading may have been cancelled; that is no reason to fail here.
    const sha256 = await earlier.sha256.catch(() => undefined);
    signal?.throwIfAborted();
    if (sha256 !== undefined) return sha256;
  }
  const sha256 = obtain(path, state, options);
  known.set(path, { state, sha256 });
  try {
    return await sha256;
  } catch (error) {
    // A reading that was cancelled or failed says nothing about the file.
    if (known.get(path)?.sha256 === sha256) known.delete(path);
    throw error;
  }
}

async function obtain(path: string, state: string, options: HashOptions): Promise<string> {
  const { stampOf, signal } = options;
  if (stampOf && !options.fresh) {
    const stamp = await readStamp(stampOf(path));
    if (stamp?.path === path && stamp.state === state) return stamp.sha256;
  }
  const sha256 = await readAndHash(path, signal);
  const after = await stateOf(path);
  if (stampOf && after.state === state) {
    await writeStamp(stampOf(path), { path, state, sha256 }, after.changedMs);
  }
  return sha256;
}

/**
 * What changes when the content does: size, inode, modification time and change time. The last cannot be set by a
 * program, so that a file replaced with its old modification time restored is still noticed.
 */
async function stateOf(path: string): Promise<{ readonly state: string; readonly changedMs: number }> {
  const { dev, ino, size, mtimeNs, ctimeNs } = await stat(path, { bigint: true });
  return { state: [dev, ino, size, mtimeNs, ctimeNs].join(':'), changedMs: Number(ctimeNs / 1_000_000n) };
}

async function readAndHash(path: string, signal: AbortSignal | undefined): Promise<string> {
  const hash = createHash('sha256');
  const stream = createReadStream(path, { highWaterMark: 1 << 20, ...(signal && { signal }) });
  for await (const chunk of stream) hash.update(chunk);
  return hash.digest('hex');
}
