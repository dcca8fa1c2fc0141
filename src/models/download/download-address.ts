/**
 * One file from an address of which nothing else is known: no hash, no size.
 *
 * @module
 */
import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { PictorError } from '../../errors.ts';
import { type Environment, storeFolder } from '../locations.ts';
import { shown, toAddress } from './address.ts';
import { runAttempt } from './attempt.ts';
import { AttemptError, networkFailure } from './attempt-error.ts';
import { backOff } from './back-off.ts';
import { type Connections, openConnections } from './connections.ts';
import { failedDownload } from './failed-download.ts';
import { openResponse } from './open-response.ts';
import { type DownloadTuning, resolveDownloadOptions } from './options.ts';
import { partBytes } from './part-file.ts';
import { watchForStall } from './stall-watch.ts';

/** Larger files are no models that this process could hold. */
const MAX_BYTES = 2 ** 31 - 1;

export interface AddressOptions {
  readonly env?: Environment;
  readonly tuning?: DownloadTuning;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Downloads a file to a folder of the store; an earlier part is continued, also by another process later.
 *
 * @returns path of the file, which has the name that the address ends with
 * @throws MODEL_UNKNOWN for an address that cannot be one, MODEL_OFFLINE, MODEL_DOWNLOAD_FAILED, ABORTED
 */
export async function downloadAddress(text: string, options: AddressOptions = {}): Promise<string> {
  const { env = process.env, tuning, signal } = options;
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol)) {
    throw new PictorError('MODEL_UNKNOWN', {
      expected: 'an http or https address',
      received: text.slice(0, 200),
    });
  }
  const settings = resolveDownloadOptions(env, tuning);
  const address = toAddress(text);
  const where = shown(address.url);
  if (settings.offline) throw new PictorError('MODEL_OFFLINE', { received: where });
  const folder = join(
    storeFolder(env),
    'imports',
    createHash('sha256').update(address.url.href).digest('hex').slice(0, 16),
  );
  const name = nameOf(address.url);
  const partPath = join(folder, name);
  await mkdir(folder, { recursive: true });
  await using connections = openConnections(settings);
  let failures = 0;
  for (let most = await partBytes(partPath); ; ) {
    try {
      const bytes = await sizeOf(address, connections, settings.stallMs, signal);
      await runAttempt({
        address,
        bytes,
        partPath,
        connections,
        whole: false,
        stallMs: settings.stallMs,
        signal,
        onBytes: () => undefined,
      });
      return partPath;
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof AttemptError)) throw error;
      const there = await partBytes(partPath);
      failures = there > most ? 1 : failures + 1;
      most = Math.max(most, there);
      try {
        await backOff(error, failures, address.url.origin, settings, signal);
      } catch (last) {
        if (last instanceof AttemptError) throw failedDownload(where, [last]);
        throw last;
      }
    }
  }
}

function nameOf(url: URL): string {
  const last = basename(decodeURIComponent(url.pathname))
    .replace(/[^\w.-]+/g, '-')
    .replace(/^\.+/, '');
  return last.slice(0, 128) || 'model';
}

/** Bytes of the whole file, from the first byte's answer. */
async function sizeOf(
  address: ReturnType<typeof toAddress>,
  connections: Connections,
  stallMs: number,
  signal: AbortSignal | undefined,
): Promise<number> {
  using stall = watchForStall(stallMs, signal);
  const where = shown(address.url);
  try {
    const headers = { 'accept-encoding': 'identity', 'user-agent': 'pictor', range: 'bytes=0-0' };
    const { status, header, body } = await openResponse(address, headers, connections, stall.signal);
    body.discard();
    const range = /^bytes 0-0\/(\d+)$/.exec(header('content-range') ?? '')?.[1];
    const length = status === 206 ? range : header('content-length');
    const bytes = Number(length);
    if (length === undefined || !Number.isSafeInteger(bytes) || bytes < 1) {
      throw new AttemptError('next', `${where} does not say how large the file is`);
    }
    if (bytes > MAX_BYTES)
      throw new AttemptError('next', `${where} has a file of ${bytes} bytes, more than ${MAX_BYTES}`);
    return bytes;
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof AttemptError || error instanceof PictorError) throw error;
    if (stall.stalled())
      throw new AttemptError('again', `${where}: no answer for ${stallMs / 1000} s`, { cause: error });
    throw networkFailure(where, address.url.origin, error);
  }
}
