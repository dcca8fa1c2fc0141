/**
 * How long to wait before trying again.
 *
 * @module
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { DownloadOptions } from './options.ts';

/**
 * Exponential back-off with full jitter: a random time up to `backoffMs × 2^failures`, at most `maxBackoffMs`. A time
 * that the server asked for is kept when it is longer.
 *
 * @param failures attempts in a row that failed, from 1
 * @param askedMs milliseconds from `Retry-After`
 * @see https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export function pauseMs(
  failures: number,
  askedMs: number | undefined,
  options: Pick<DownloadOptions, 'backoffMs' | 'maxBackoffMs'>,
): number {
  const ceiling = Math.min(options.maxBackoffMs, options.backoffMs * 2 ** (failures - 1));
  return Math.max(askedMs ?? 0, Math.random() * ceiling);
}

/**
 * Milliseconds that a `Retry-After` header asks for.
 *
 * @param value seconds, or an HTTP date
 * @param now milliseconds since 1970
 * @see https://www.rfc-editor.org/rfc/rfc9110#field.retry-after
 */
export function parseRetryAfter(value: string | undefined, now = Date.now()): number | undefined {
  if (value === undefined) return undefined;
  if (/^\s*\d+\s*$/.test(value)) return Number(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

/** Sleeps; ends at once, with the signal's reason, when it aborts. */
export async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  try {
    await sleep(ms, undefined, signal ? { signal } : {});
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}
