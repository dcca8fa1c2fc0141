import { PictorError } from '../../errors.ts';
import type { ShedReason } from '../stats/types.ts';
import type { QueueOptions } from '../types.ts';
import type { FairQueue, Queued } from './fair-queue.ts';

/** What decides whether new work may wait. */
export interface Candidate extends Omit<Queued, 'costMs'> {
  /** Milliseconds that the job has left; infinite without a deadline. */
  readonly leftMs: number;
  /** Milliseconds until it would be answered, with some in reserve. */
  readonly etaMs: number;
}

/** The answer of {@link admit}: in, in at the cost of another job, or not at all. */
export type Verdict<T> =
  | { readonly kind: 'admitted' }
  | { readonly kind: 'instead-of'; readonly victim: T }
  | { readonly kind: 'refused'; readonly reason: ShedReason; readonly expected: string };

/**
 * Whether a job may join the line. Work that would come too late is refused now, while its client can still go
 * elsewhere, and a full line makes room for a client that has less in it than the one that fills it.
 */
export function admit<T extends Queued>(
  queue: FairQueue<T>,
  bounds: QueueOptions,
  job: Candidate,
): Verdict<T> {
  if (job.etaMs > job.leftMs) {
    return { kind: 'refused', reason: 'late', expected: lateness(job.leftMs, job.etaMs) };
  }
  if (queue.pixels + job.pixels > bounds.maxPixels) {
    return full(`at most ${bounds.maxPixels} pixels in line`);
  }
  if (queue.bytes + job.bytes > bounds.maxBytes) return full(`at most ${bounds.maxBytes} bytes in line`);
  if (queue.size < bounds.maxPictures) return { kind: 'admitted' };
  // With one place more than the newcomer's client has, the other is above its share by at least this job.
  const victim = bounds.maxPictures > 0 ? queue.newestAboveShare(queue.sizeOf(job.client) + 1) : undefined;
  if (victim !== undefined && victim.client !== job.client) return { kind: 'instead-of', victim };
  return full(`at most ${bounds.maxPictures} pictures in line`);
}

function full(expected: string): Verdict<never> {
  return { kind: 'refused', reason: 'queue-full', expected };
}

/** What an answer that would come too late was expected to be. */
export function lateness(leftMs: number, etaMs: number): string {
  return `an answer in ${Math.max(0, Math.round(leftMs))} ms; the line takes ${Math.round(etaMs)} ms`;
}

/**
 * The error for work that is turned away.
 *
 * @param drainMs milliseconds until the line is empty, when nothing is added
 */
export function overloaded(expected: string, drainMs: number): PictorError {
  return new PictorError('OVERLOADED', {
    expected,
    fix: 'Try again later',
    retryAfter: Math.min(60, Math.max(1, Math.ceil(drainMs / 1000))),
  });
}
