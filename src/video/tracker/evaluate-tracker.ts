/**
 * How good a tracker is on sequences whose truth is known.
 *
 * @module
 */

import { PictorError } from '../../errors.ts';
import { combineSums, measuresOf, sumsOf } from '../../evaluation/tracking/evaluate-tracks.ts';
import type { MotRow } from '../../evaluation/tracking/mot-text.ts';
import { pairWithTruth, readResults, type TrackingSequence } from '../../evaluation/tracking/sequences.ts';
import type { TrackBox, TrackingMeasures } from '../../evaluation/tracking/types.ts';
import { createTracker } from './create-tracker.ts';
import type { TrackerOptions } from './types.ts';

/** Measures of each sequence and of all together. */
export interface TrackingReport {
  readonly sequences: readonly ({ readonly name: string } & TrackingMeasures)[];
  readonly combined: TrackingMeasures;
}

export interface EvaluateTrackerOptions extends TrackerOptions {
  /** The thinning with which the sequences were read: the time between two frames is so many times longer. */
  readonly every?: number;
  readonly signal?: AbortSignal;
}

/**
 * Runs a tracker over the detections of sequences and measures what it makes of them.
 *
 * @param sequences from `readSequences`
 * @throws DATASET_INVALID when a sequence has no detections; OPTION_INVALID, ABORTED
 * @example
 * const sequences = await readSequences('MOT15/train', { every: 3 });
 * const { combined } = evaluateTracker(sequences, { preset: 'default', every: 3 });
 */
export function evaluateTracker(
  sequences: readonly TrackingSequence[],
  { every = 1, signal, ...options }: EvaluateTrackerOptions = {},
): TrackingReport {
  const sums = sequences.map((sequence) => {
    if (signal?.aborted) throw new PictorError('ABORTED', { cause: signal.reason });
    return {
      name: sequence.name,
      sums: sumsOf(pairWithTruth(sequence, trackSequence(sequence, every, options))),
    };
  });
  return reportOf(sums);
}

/**
 * Measures tracks that were made elsewhere: MOTChallenge text, `<folder>/<sequence>.txt`.
 *
 * @throws DATASET_INVALID when a file is missing or not understood
 */
export async function evaluateResults(
  sequences: readonly TrackingSequence[],
  folder: string,
  every = 1,
): Promise<TrackingReport> {
  const sums = [];
  for (const sequence of sequences) {
    sums.push({ name: sequence.name, sums: sumsOf(await readResults(folder, sequence, every)) });
  }
  return reportOf(sums);
}

function reportOf(
  all: readonly { readonly name: string; readonly sums: ReturnType<typeof sumsOf> }[],
): TrackingReport {
  return {
    sequences: all.map(({ name, sums }) => ({ name, ...measuresOf(sums) })),
    combined: measuresOf(combineSums(all.map(({ sums }) => sums))),
  };
}

function trackSequence(sequence: TrackingSequence, every: number, options: TrackerOptions): TrackBox[][] {
  const { detections, name, frameRate } = sequence;
  if (!detections) {
    throw new PictorError('DATASET_INVALID', {
      expected: `det.txt beside the truth of ${name}`,
      received: 'none',
      fix: 'For tracks that are there already use --results',
    });
  }
  const scoreOf = scoreReader(detections);
  const tracker = createTracker(options);
  return detections.map((rows, i) => {
    const boxes = rows
      .filter(({ width, height }) => width > 0 && height > 0)
      .map((row) => ({ box: row, score: scoreOf(row) }));
    return tracker.update(boxes, (i * every) / frameRate).map(({ id, box }) => ({
      id,
      x: hundredth(box.x),
      y: hundredth(box.y),
      width: hundredth(box.width),
      height: hundredth(box.height),
    }));
  });
}

/** Scores as they are, or through the logistic function where a file has margins instead of probabilities. */
function scoreReader(detections: readonly (readonly MotRow[])[]): (row: MotRow) => number {
  const outside = detections.some((rows) =>
    rows.some(({ confidence }) => confidence < 0 || confidence > 1.000001),
  );
  if (!outside) return ({ confidence }) => Math.min(1, confidence);
  return ({ confidence }) => 1 / (1 + Math.exp(-confidence));
}

/** Boxes as a result file has them. */
function hundredth(value: number): number {
  return Math.round(value * 100) / 100;
}
