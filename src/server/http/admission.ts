import { createMemoryBudget, type Release } from '../../base/memory-budget.ts';
import { PictorError } from '../../errors.ts';
import type { ServerLimits } from '../limits.ts';

export type { Release } from '../../base/memory-budget.ts';

/**
 * Bounds how much work and memory the requests in progress may hold together. It refuses instead of queueing: waiting
 * with bodies in memory is what kills small functions.
 */
export interface Admission {
  /** Refuses where `enter` would, without taking a place. @throws OVERLOADED */
  check(): void;
  /** Takes one of the `maxInFlight` places. @throws OVERLOADED */
  enter(): Release;
  /**
   * Takes memory for what a request holds.
   *
   * @param bytes now
   * @param before what the same request holds already
   * @throws OVERLOADED when others hold what is missing, BODY_TOO_LARGE when the request alone is too much
   */
  hold(bytes: number, before?: number): Release;
  readonly inFlight: number;
  readonly heldBytes: number;
}

/**
 * @param limits `maxInFlight`, `maxBufferedBytes`, `retryAfterSeconds`
 */
export function createAdmission(limits: ServerLimits): Admission {
  let inFlight = 0;
  const budget = createMemoryBudget({
    limit: limits.maxBufferedBytes,
    unit: 'bytes held by requests',
    retryAfterSeconds: limits.retryAfterSeconds,
  });
  const refuse = (expected: string) =>
    new PictorError('OVERLOADED', { expected, fix: 'Try again later', retryAfter: limits.retryAfterSeconds });
  function check(): void {
    if (inFlight >= limits.maxInFlight) throw refuse(`at most ${limits.maxInFlight} requests at a time`);
  }
  return {
    check,
    enter() {
      check();
      inFlight += 1;
      return once(() => {
        inFlight -= 1;
      });
    },
    hold(bytes, before = 0) {
      if (before + bytes > budget.limit) {
        throw new PictorError('BODY_TOO_LARGE', {
          expected: `at most ${budget.limit} bytes in memory for all requests`,
          received: 'one that needs more',
          fix: 'Send a smaller picture, or raw bytes instead of base64',
        });
      }
      return budget.take(bytes);
    },
    get inFlight() {
      return inFlight;
    },
    get heldBytes() {
      return budget.held;
    },
  };
}

function once(give: () => void): Release {
  let done = false;
  return () => {
    if (done) return;
    done = true;
    give();
  };
}
