/**
 * How long to wait before trying again.
 *
 * @module
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { AttemptError } from './attempt-error.ts';
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
 * @param date the server's own `Date` header: a date is compared with the clock that it comes from
 * @see https://www.rfc-editor.org/rfc/rfc9110#field.retry-after
 */
export function parseRetryAfter(value: string | undefined, date?: string): number | undefined {
  if (value === undefined) return undefined;
  if (/^\s*\d+\s*$/.test(value)) return Number(value) * 1000;
  const until = Date.parse(value);
  const now = Date.parse(date ?? '');
  return Number.isNaN(until) ? undefined : Math.max(0, until - (Number.isNaN(now) ? Date.now() : now));
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

/**
 * Waits before an address is tried again, as long as back-off and server ask for.
 *
 * @param error what the last attempt ended with
 * @param failures attempts in a row that failed, from 1
 * @param origin whose server failed
 * @throws the error when there is to be no other attempt
 */
export async function backOff(
  error: AttemptError,
  failures: number,
  origin: string,
  options: Pick<DownloadOptions, 'attempts' | 'backoffMs' | 'maxBackoffMs'>,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { verdict, retryAfterMs } = error;
  if (verdict !== 'again') throw error;
  if (retryAfterMs !== undefined && retryAfterMs > options.maxBackoffMs) {
    const message = `${error.message} and asks to be left alone for ${Math.ceil(retryAfterMs / 1000)} s`;
    throw new AttemptError('next', message, { retryAfterMs, hopeless: origin, cause: error });
  }
  if (failures >= (error.hopeless ? Math.min(2, options.attempts) : options.attempts)) throw error;
  await pause(pauseMs(failures, retryAfterMs, options), signal);
}
