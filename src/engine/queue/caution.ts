import { weightOf } from './recent.ts';

/** Mean deviations that are allowed for, as for a retransmission timer (Jacobson 1988; RFC 6298). */
const DEVIATIONS = 4;

/**
 * The least that is allowed for, as a part of the wait: a machine that has been turning requests away for a moment
 * answers the others more slowly than one that has not, and nothing that was measured before tells by how much.
 */
const LEAST = 0.2;

/** Milliseconds after which a dear job counts for a third of what it cost. */
const DEAR_MS = 10_000;

/** No more of what a job has left is kept in reserve, so that caution alone never lets a worker stand idle. */
const RESERVE = 1 / 3;

/**
 * How much earlier than in time a job must be expected, so that it is in time after all. A line that is filled up to
 * the deadline by the mean makes every second answer late, and late answers are work for nothing.
 */
export class Caution {
  #at: number | undefined;
  /** By how much answers come later than expected, and how far they are from that on average, milliseconds. */
  #late = 0;
  #deviation = 0;
  #dearest = 0;
  #dearestAt = 0;

  /** Mean distance of answers from when they are expected, milliseconds. */
  get deviation(): number {
    return this.#deviation;
  }

  /** An answer came this much later than it was expected to. */
  observe(lateMs: number, now: number): void {
    const weight = weightOf(Number.POSITIVE_INFINITY, now - (this.#at ?? now));
    this.#at = now;
    const off = lateMs - this.#late;
    this.#late += weight * off;
    this.#deviation += weight * (Math.abs(off) - this.#deviation);
  }

  /** A job came that takes this long. */
  saw(costMs: number, now: number): void {
    if (costMs < this.#dear(now)) return;
    this.#dearest = costMs;
    this.#dearestAt = now;
  }

  /**
   * Milliseconds to keep in reserve for a job. One that takes little leaves as much room as the dearest would need:
   * the line is as long for all, and cheap jobs do not keep dear ones out for ever.
   *
   * @param waitMs until a worker begins with it
   */
  reserveMs(costMs: number, waitMs: number, leftMs: number, now: number): number {
    const measured = Math.max(0, this.#late) + DEVIATIONS * this.#deviation;
    const allowed = Math.max(measured, LEAST * waitMs);
    const room = Math.max(0, this.#dear(now) - costMs);
    return Math.min(allowed + room, leftMs * RESERVE);
  }

  #dear(now: number): number {
    return this.#dearest * Math.exp((this.#dearestAt - now) / DEAR_MS);
  }
}
