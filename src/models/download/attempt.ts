/**
 * One attempt: one connection's worth of bytes from one address into the part file.
 *
 * @module
 */
import { type FileHandle, open } from 'node:fs/promises';
import { isPictorError } from '../../errors.ts';
import { storing } from '../store/store-failure.ts';
import { type Address, shown } from './address.ts';
import { AttemptError, networkFailure, type Verdict } from './attempt-error.ts';
import type { Connections } from './connections.ts';
import { type OpenResponse, openResponse } from './open-response.ts';
import { dropPart, partBytes, readNote, writeNote } from './part-file.ts';
import { watchForStall } from './stall-watch.ts';

/** What an attempt needs to know. */
export interface Attempt {
  readonly address: Address;
  /** Size of the whole file. */
  readonly bytes: number;
  readonly partPath: string;
  readonly connections: Connections;
  /** Asks for all bytes, because an answer to a range was of no use. What is there stays until others come. */
  readonly whole: boolean;
  readonly stallMs: number;
  readonly signal: AbortSignal | undefined;
  readonly onBytes: (received: number) => void;
}

/**
 * Continues, or begins, a part file until it has all its bytes.
 *
 * @throws AttemptError with the part file kept whenever its bytes may still be of use
 */
export async function runAttempt(attempt: Attempt): Promise<void> {
  const { address, bytes, partPath, signal } = attempt;
  signal?.throwIfAborted();
  const there = await partBytes(partPath);
  if (there === bytes) return;
  if (there > bytes) await dropPart(partPath);
  const offset = attempt.whole || there > bytes ? 0 : there;
  using stall = watchForStall(attempt.stallMs, signal);
  try {
    const headers = await rangeHeaders(address, partPath, offset);
    const response = await openResponse(address, headers, attempt.connections, stall.signal);
    stall.alive();
    const start = await startOf(response, offset, attempt);
    await writeNote(partPath, address.url.href, response.header('etag'));
    await receive(response, start, attempt, stall.alive);
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof AttemptError || isPictorError(error)) throw error;
    const where = shown(address.url);
    if (!stall.stalled()) throw networkFailure(where, address.url.origin, error);
    throw new AttemptError('again', `${where}: no byte for ${attempt.stallMs / 1000} s`, { cause: error });
  }
}

async function rangeHeaders(
  address: Address,
  partPath: string,
  offset: number,
): Promise<Record<string, string>> {
  // Compressed transfer would make lengths and ranges meaningless.
  const headers: Record<string, string> = { 'accept-encoding': 'identity', 'user-agent': 'pictor' };
  if (offset === 0) return headers;
  headers.range = `bytes=${offset}-`;
  const note = await readNote(partPath);
  // Without a tag the range is asked for all the same: the hash decides in the end.
  if (note?.url === address.url.href) headers['if-range'] = note.etag;
  return headers;
}

/** Where the body's first byte belongs. */
async function startOf(response: OpenResponse, offset: number, attempt: Attempt): Promise<number> {
  const { address, bytes, partPath } = attempt;
  const refuse = (verdict: Verdict, why: string): never => {
    response.body.discard();
    throw new AttemptError(verdict, `${shown(address.url)} ${why}`);
  };
  /** An answer to a range may be of no use where the whole file is fine. */
  const unusable: Verdict = offset > 0 ? 'whole' : 'next';
  if (response.status === 416) {
    await dropPart(partPath);
    return refuse(unusable, 'refused the byte range; what was there is discarded');
  }
  const type = response.header('content-type') ?? '';
  if (/^(text\/html|application\/xhtml)/i.test(type)) {
    return refuse(
      'next',
      'sent a web page instead of the file; a login page or a proxy may stand in between',
    );
  }
  const encoding = response.header('content-encoding') ?? 'identity';
  if (encoding !== 'identity') {
    return refuse(unusable, `sent ${encoding} though nothing but identity was accepted`);
  }
  let start = 0;
  if (response.status === 206) {
    const range = /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(response.header('content-range') ?? '');
    if (!range || Number(range[1]) !== offset) {
      return refuse(
        unusable,
        `answered with a byte range nobody asked for (${response.header('content-range')})`,
      );
    }
    if (range[3] !== '*' && Number(range[3]) !== bytes) {
      return refuse(unusable, `has a file of ${range[3]} bytes instead of ${bytes}`);
    }
    start = offset;
  }
  const announced = response.header('content-length');
  if (announced !== undefined && Number(announced) !== bytes - start) {
    return refuse(start > 0 ? unusable : 'next', `announces ${announced} bytes instead of ${bytes - start}`);
  }
  return start;
}

async function receive(
  response: OpenResponse,
  start: number,
  attempt: Attempt,
  alive: () => void,
): Promise<void> {
  const { address, bytes, partPath } = attempt;
  const file = await storing(partPath, () => open(partPath, start === 0 ? 'w' : 'a'));
  let received = start;
  try {
    attempt.onBytes(received);
    for await (const chunk of response.body) {
      alive();
      if (!(chunk instanceof Uint8Array)) continue;
      if (received + chunk.length > bytes) {
        throw new AttemptError('wrong', `${shown(address.url)} sent more than ${bytes} bytes`);
      }
      await storing(partPath, () => writeAll(file, chunk));
      received += chunk.length;
      attempt.onBytes(received);
    }
    if (received === bytes) await storing(partPath, () => file.sync());
  } finally {
    await file.close();
  }
  if (received < bytes) {
    throw new AttemptError('again', `${shown(address.url)} ended after ${received} of ${bytes} bytes`);
  }
}

/** A write may take a part only; the rest must not be lost. */
async function writeAll(file: FileHandle, chunk: Uint8Array): Promise<void> {
  let written = 0;
  while (written < chunk.length) {
    const { bytesWritten } = await file.write(chunk, written);
    written += bytesWritten;
  }
}
