import { joinSignals } from '../base/join-signals.ts';
import { type PictorError, toPictorError } from '../errors.ts';
import type { ImageSource } from '../image/types.ts';

export interface EvaluateOptions {
  readonly signal?: AbortSignal;
  /** Pictures under way at the same time (default 16). */
  readonly concurrency?: number;
  /** Called after each picture. */
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void;
}

/** A picture of a data set. */
export interface DatasetPicture {
  readonly image: ImageSource;
  /** What a report calls it. */
  readonly name?: string;
}

/** A picture that could not be read; the evaluation goes on without it. */
export interface FailedPicture {
  readonly name: string;
  readonly code: PictorError['code'];
  readonly message: string;
}

/** Outcome of a pass over a data set. */
export interface Pass<Result> {
  /** In the order of the pictures, the failed ones left out. */
  readonly results: readonly Result[];
  readonly failed: readonly FailedPicture[];
  readonly picturesPerSecond: number;
}

/**
 * Recognizes every picture of a data set, some at a time. A picture that is at fault itself (`IMAGE_*`) is noted and
 * left out; any other error ends the pass.
 *
 * @param pictures the data set
 * @param recognize makes a result of one picture
 */
export async function runOver<Picture extends DatasetPicture, Result>(
  pictures: readonly Picture[],
  recognize: (picture: Picture, signal: AbortSignal) => Promise<Result>,
  { signal, concurrency = 16, onProgress }: EvaluateOptions,
): Promise<Pass<Result>> {
  const stop = joinSignals(signal);
  const results = new Map<number, Result>();
  const failed = new Map<number, FailedPicture>();
  const waiting = pictures.entries();
  async function lane(): Promise<void> {
    for (const [index, picture] of waiting) {
      try {
        results.set(index, await recognize(picture, stop.signal));
      } catch (thrown) {
        const { code, message } = toPictorError(thrown);
        if (!code.startsWith('IMAGE_')) throw thrown;
        failed.set(index, { name: picture.name ?? `picture ${index}`, code, message });
      }
      onProgress?.({ done: results.size + failed.size, total: pictures.length });
    }
  }
  const started = performance.now();
  try {
    await Promise.all(Array.from({ length: Math.min(concurrency, pictures.length) }, lane));
  } catch (error) {
    stop.abort();
    throw error;
  } finally {
    stop.release();
  }
  const seconds = (performance.now() - started) / 1000;
  return {
    results: inOrder(results),
    failed: inOrder(failed),
    picturesPerSecond: pictures.length / seconds,
  };
}

function inOrder<Value>(byIndex: ReadonlyMap<number, Value>): Value[] {
  return [...byIndex].toSorted(([a], [b]) => a - b).map(([, value]) => value);
}
