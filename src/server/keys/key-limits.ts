import { PictorError } from '../../errors.ts';
import type { Release } from '../http/admission.ts';
import type { Key } from './types.ts';

/** Rate and concurrency of each key. State outlives a reading of the key file, so rotation is no way around a limit. */
export interface KeyLimits {
  /**
   * Takes one request from the key's allowance.
   *
   * @returns gives the place among the concurrent requests back
   * @throws RATE_LIMITED
   */
  take(key: Key): Release;
}

interface Usage {
  tokens: number;
  at: number;
  running: number;
}

/**
 * A token bucket a key: `burst` tokens at most, refilled at `ratePerSecond`.
 *
 * @param clock milliseconds since 1970
 */
export function createKeyLimits(clock: () => number): KeyLimits {
  const usages = new Map<string, Usage>();
  return {
    take(key) {
      const now = clock();
      const usage = usages.get(key.id) ?? { tokens: Number.POSITIVE_INFINITY, at: now, running: 0 };
      usages.set(key.id, usage);
      if (key.concurrency !== undefined && usage.running >= key.concurrency) {
        throw new PictorError('RATE_LIMITED', {
          expected: `at most ${key.concurrency} requests at a time with this key`,
          retryAfter: 1,
        });
      }
      spend(usage, key, now);
      usage.running += 1;
      let given = false;
      return () => {
        if (given) return;
        given = true;
        usage.running -= 1;
      };
    },
  };
}

function spend(usage: Usage, key: Key, now: number): void {
  const { ratePerSecond } = key;
  if (ratePerSecond === undefined) return;
  const burst = key.burst ?? Math.max(1, ratePerSecond);
  const refilled = usage.tokens + (Math.max(0, now - usage.at) / 1000) * ratePerSecond;
  usage.tokens = Math.min(burst, refilled);
  usage.at = now;
  if (usage.tokens < 1) {
    throw new PictorError('RATE_LIMITED', {
      expected: `at most ${ratePerSecond} requests a second with this key`,
      retryAfter: (1 - usage.tokens) / ratePerSecond,
    });
  }
  usage.tokens -= 1;
}
