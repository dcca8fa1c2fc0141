import { PictorError } from '../../errors.ts';
import type { ServerLimits } from '../limits.ts';

/** Gives back what was taken; calling it again does nothing. */
export type Release = () => void;

/**
 * Bounds how much work and memory the requests in progress may hold together. It refuses instead of queueing: waiting
 * with bodies in memory is what kills small functions.
 */
export interface Admission {
  /** Refuses where `enter` would, without taking a place. @throws OVERLOADED */
  check(): void;
  /** Takes one of the `maxInFlight` places. @throws OVERLOADED */
  enter(): Release;
  /** Takes memory for body bytes. @throws OVERLOADED */
  hold(bytes: number): Release;
  readonly inFlight: number;
  readonly heldBytes: number;
}

/**
 * @param limits `maxInFlight`, `maxBufferedBytes`, `retryAfterSeconds`
 */
export function createAdmission(limits: ServerLimits): Admission {
  let inFlight = 0;
  let heldBytes = 0;
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
    hold(bytes) {
      if (heldBytes + bytes > limits.maxBufferedBytes) {
        throw refuse(`request bodies of at most ${limits.maxBufferedBytes} bytes in memory`);
      }
      heldBytes += bytes;
      return once(() => {
        heldBytes -= bytes;
      });
    },
    get inFlight() {
      return inFlight;
    },
    get heldBytes() {
      return heldBytes;
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
