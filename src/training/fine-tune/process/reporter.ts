import type { FineTuneEpoch, FineTuneProgress } from '../types.ts';

/** Time between two reports, in milliseconds. */
const EVERY_MS = 250;

/** Turns what is done into reports with a rate and the time left. */
export interface Reporter {
  /** How long the last validation took. */
  readonly validationMs: number;
  prepared(done: number, total: number): void;
  trained(epoch: number, steps: number, pictures: number, picturesPerEpoch: number): void;
  validated(epoch: FineTuneEpoch, confusion: readonly (readonly number[])[], durationMs: number): void;
}

/** @param work how much there is, and how long a step took when it was tried */
export function createReporter(
  report: (progress: FineTuneProgress) => void,
  work: {
    readonly steps: number;
    readonly stepMs: number;
    readonly batchSize: number;
    readonly epochs: number;
    readonly validation: number;
  },
): Reporter {
  let last = 0;
  let began: number | undefined;
  let first = 0;
  let epoch: FineTuneEpoch | undefined;
  let validationMs = 0;
  let stepMs = work.stepMs;
  let trained = { done: 0, total: 0, rate: 0, remaining: work.steps * stepMs };
  const say = (progress: FineTuneProgress, always = false) => {
    const now = performance.now();
    if (!always && now - last < EVERY_MS && progress.done < progress.total) return;
    last = now;
    report(progress);
  };
  return {
    get validationMs() {
      return validationMs;
    },
    prepared(done, total) {
      // The first report only starts the clock: rows of an earlier run cost nothing.
      if (began === undefined) {
        began = performance.now();
        first = done;
      }
      const rate = ((done - first) * 1000) / Math.max(1, performance.now() - began);
      const remainingMs = rate > 0 ? ((total - done) / rate) * 1000 + work.steps * stepMs : undefined;
      say({
        phase: 'prepare',
        done,
        total,
        picturesPerSecond: rate,
        ...(remainingMs !== undefined && { remainingMs }),
      });
      if (done >= total) began = undefined;
    },
    trained(epochIndex, steps, pictures, picturesPerEpoch) {
      const now = performance.now();
      if (began !== undefined) stepMs += 0.1 * (now - began - stepMs);
      began = now;
      const stepsLeft = work.steps - epochIndex * (work.steps / work.epochs) - steps;
      const validations = work.epochs - epochIndex;
      trained = {
        done: epochIndex * picturesPerEpoch + pictures,
        total: work.epochs * picturesPerEpoch,
        rate: (work.batchSize * 1000) / Math.max(1e-3, stepMs),
        remaining: stepsLeft * stepMs + validations * validationMs,
      };
      const { done, total, rate, remaining } = trained;
      say({
        phase: 'train',
        done,
        total,
        picturesPerSecond: rate,
        remainingMs: remaining,
        ...(epoch && { epoch }),
      });
    },
    validated(entry, confusion, durationMs) {
      epoch = entry;
      validationMs = durationMs;
      began = undefined;
      const { done, total, rate, remaining } = trained;
      say(
        {
          phase: 'validate',
          done,
          total,
          picturesPerSecond: rate,
          remainingMs: remaining,
          epoch: entry,
          confusion,
        },
        true,
      );
    },
  };
}
