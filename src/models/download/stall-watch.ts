/**
 * Notices a connection that is open and silent.
 *
 * @module
 */
import { joinSignals } from '../../base/join-signals.ts';

/** A signal that aborts on silence, or with the outer signal. */
export interface StallWatch extends Disposable {
  readonly signal: AbortSignal;
  /** Says that something arrived. */
  readonly alive: () => void;
  readonly stalled: () => boolean;
}

/**
 * Starts watching.
 *
 * @param ms silence in milliseconds after which the signal aborts
 * @param outer a signal to pass on
 */
export function watchForStall(ms: number, outer: AbortSignal | undefined): StallWatch {
  const silence = new AbortController();
  const joined = joinSignals(outer, silence.signal);
  const timer = setTimeout(() => silence.abort(new Error(`no byte for ${ms} ms`)), ms);
  return {
    signal: joined.signal,
    alive: () => timer.refresh(),
    stalled: () => silence.signal.aborted,
    [Symbol.dispose]: () => {
      clearTimeout(timer);
      joined.release();
    },
  };
}
