/**
 * One bound for everything of a kind that requests hold in memory at the same time: encoded bytes, or pixels.
 *
 * @module
 */
import { PictorError } from '../errors.ts';

/** Gives back what was taken; calling it again does nothing. */
export type Release = () => void;

export interface MemoryBudgetOptions {
  /** How much may be taken together, in the unit of the budget. */
  readonly limit: number;
  /** What is counted, for messages, e.g. `bytes of request bodies and pictures`. */
  readonly unit: string;
  /** What `Retry-After` says when others hold what is missing, seconds (default 1). */
  readonly retryAfterSeconds?: number;
}

/** Counts what is held. It refuses rather than waits: queueing with memory in hand is what ends small processes. */
export interface MemoryBudget {
  readonly limit: number;
  /** Taken and not yet given back. */
  readonly held: number;
  /**
   * Takes an amount.
   *
   * @returns gives it back
   * @throws OVERLOADED when it does not fit now. An amount above `limit` never fits: check that first, and answer with
   *   the error of what is too large
   */
  take(amount: number): Release;
  /** Takes an amount if it fits now; `undefined` when it does not. */
  tryTake(amount: number): Release | undefined;
}

/**
 * Makes a budget.
 *
 * @example
 * const budget = createMemoryBudget({ limit: 64 * 1024 * 1024, unit: 'bytes of request bodies' });
 * const release = budget.take(1_000_000);
 * budget.tryTake(64 * 1024 * 1024); // undefined: it does not fit now
 * release();
 */
export function createMemoryBudget(options: MemoryBudgetOptions): MemoryBudget {
  const { limit, unit, retryAfterSeconds = 1 } = options;
  let held = 0;
  function tryTake(amount: number): Release | undefined {
    if (held + amount > limit) return undefined;
    held += amount;
    let given = false;
    return () => {
      if (given) return;
      given = true;
      held -= amount;
    };
  }
  return {
    limit,
    get held() {
      return held;
    },
    tryTake,
    take(amount) {
      const release = tryTake(amount);
      if (release !== undefined) return release;
      throw new PictorError('OVERLOADED', {
        expected: `at most ${limit} ${unit} at the same time`,
        fix: 'Try again later',
        retryAfter: retryAfterSeconds,
      });
    },
  };
}

/**
 * A share of the memory that this process may use.
 *
 * @param limitBytes from `memoryLimit()`
 * @param share 0..1 of the limit
 * @param bounds least and greatest result, bytes
 * @example
 * shareOfMemory(512 * 1024 * 1024, 1 / 6, [24 * 1024 * 1024, 256 * 1024 * 1024]); // 89478485
 */
export function shareOfMemory(
  limitBytes: number,
  share: number,
  [least, greatest]: readonly [number, number],
): number {
  return Math.floor(Math.min(greatest, Math.max(least, limitBytes * share)));
}
