/**
 * The model of a function, from object storage into the temporary folder. Small, because a cold start pays for it: one
 * try with bounds. The next call makes the next one.
 *
 * @module
 */
import { createHash, randomUUID } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { PictorError } from '../../../errors.ts';
import type { ModelFile } from '../../../models/manifest/manifest.ts';

/** Milliseconds without a byte after which a try is over: a stalled server must not cost every call its deadline. */
const STALL_MS = 5_000;

/** Slowest rate, in bytes per millisecond, that a whole file may come at, after the first {@link STALL_MS}. */
const MIN_RATE = 500;

/** How a fetch is bounded; tests are less patient. */
export interface FetchBounds {
  /** Milliseconds without a byte (default 5 000). */
  readonly stallMs?: number;
}

/**
 * Fetches a model, unless an earlier instance in the same sandbox did.
 *
 * @param url may hold user and password, which are sent as a header and shown nowhere
 * @param graph the file, with its pinned size and hash
 * @param temporary folder that it is kept in
 * @returns path of the file; when it throws, nothing of this try is left in the folder
 * @throws MODEL_DOWNLOAD_FAILED, MODEL_HASH_MISMATCH
 */
export async function fetchModel(
  url: string,
  graph: ModelFile,
  temporary: string,
  { stallMs = STALL_MS }: FetchBounds = {},
): Promise<string> {
  const target = join(temporary, `pictor-${graph.sha256}.onnx`);
  if (await isGood(target, graph)) return target;
  await sweepParts(temporary, stallMs);
  const part = join(temporary, `${PART}${process.pid}-${randomUUID()}`);
  parts.add(part);
  try {
    await download(url, graph, part, stallMs);
    await rename(part, target);
    return target;
  } catch (error) {
    // Another instance may have been quicker, and have cleaned up.
    if (await isGood(target, graph)) return target;
    throw error;
  } finally {
    parts.delete(part);
    await rm(part, { force: true });
  }
}

const PART = 'pictor-fetch-';

/** Parts that this process is writing. */
const parts = new Set<string>();

/** SHA-256 of a file. On its own, because the store's cached hashes bring half the store into the cold start. */
export async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash);
  return hash.digest('hex');
}

/** The error for a file that is not the pinned one. */
export function mismatch(graph: ModelFile, where: string): PictorError {
  return new PictorError('MODEL_HASH_MISMATCH', {
    expected: `${graph.bytes} bytes with sha256 ${graph.sha256}`,
    received: `another file at ${where}`,
    fix: 'Put the model there that the function was packed for',
  });
}

async function isGood(path: string, graph: ModelFile): Promise<boolean> {
  const there = await stat(path).catch(() => undefined);
  return there?.size === graph.bytes && (await hashOf(path)) === graph.sha256;
}

/**
 * Removes parts of instances that the platform ended in the middle: their folder outlives them, and is small. A part
 * that is being written was written to within the bound.
 */
async function sweepParts(temporary: string, stallMs: number): Promise<void> {
  for (const name of await readdir(temporary).catch(() => [])) {
    if (!name.startsWith(PART)) continue;
    const path = join(temporary, name);
    const written = (await stat(path).catch(() => undefined))?.mtimeMs ?? 0;
    const pid = Number(name.slice(PART.length).split('-')[0]);
    // An instance that starts again often has the number of the one before.
    const isLeft = pid === process.pid ? !parts.has(path) : Date.now() - written > 2 * stallMs;
    if (isLeft) await rm(path, { force: true, recursive: true }).catch(() => {});
  }
}

async function download(url: string, graph: ModelFile, target: string, stallMs: number): Promise<void> {
  const { address, headers, shown } = withoutPassword(url);
  const deadline = new AbortController();
  const stall = setTimeout(() => deadline.abort(new Error(`no byte for ${stallMs / 1000} s`)), stallMs);
  const allMs = stallMs + graph.bytes / MIN_RATE;
  const limit = setTimeout(
    () => deadline.abort(new Error(`not done in ${Math.ceil(allMs / 1000)} s`)),
    allMs,
  );
  const hash = createHash('sha256');
  let bytes = 0;
  const check = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      stall.refresh();
      bytes += chunk.length;
      hash.update(chunk);
      done(bytes > graph.bytes ? mismatch(graph, shown) : null, chunk);
    },
  });
  try {
    const { signal } = deadline;
    const response = await fetch(address, { headers, signal });
    if (!response.ok || response.body === null) {
      await response.body?.cancel();
      throw failed(shown, `status ${response.status}`);
    }
    stall.refresh();
    await pipeline(Readable.fromWeb(response.body), check, createWriteStream(target), { signal });
  } catch (cause) {
    if (cause instanceof PictorError) throw cause;
    const why: unknown = deadline.signal.aborted ? deadline.signal.reason : cause;
    throw failed(shown, why instanceof Error ? why.message : 'a broken transfer', cause);
  } finally {
    clearTimeout(stall);
    clearTimeout(limit);
  }
  if (bytes !== graph.bytes || hash.digest('hex') !== graph.sha256) throw mismatch(graph, shown);
}

/** `fetch` takes no address with a password; and a signed address keeps its secret in the query. */
function withoutPassword(text: string) {
  const address = new URL(text);
  const { username, password } = address;
  address.username = '';
  address.password = '';
  const secret = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  const headers: Record<string, string> =
    username || password ? { authorization: `Basic ${Buffer.from(secret).toString('base64')}` } : {};
  return { address, headers, shown: address.origin + address.pathname };
}

function failed(shown: string, received: string, cause?: unknown): PictorError {
  return new PictorError('MODEL_DOWNLOAD_FAILED', {
    expected: `the model at ${shown}`,
    received,
    fix: 'The next call tries again',
    cause,
  });
}
