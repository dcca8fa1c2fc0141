import { readFile } from 'node:fs/promises';
import type { Engine } from '../engine/types.ts';
import { PictorError } from '../errors.ts';
import type { Manifest } from '../models/manifest/manifest.ts';
import { decodeModel } from '../models/onnx/decode.ts';
import { createClassifier } from '../tasks/classify/classify.ts';
import type { PreparedPicture } from './data/prepare-data.ts';
import { scratchModel } from './graph/scratch-model.ts';
import type { Matrix } from './matrix.ts';

/** What the finished model does with real pictures. */
export interface Verified {
  /** Milliseconds of decoding and inference for a picture, median. */
  readonly pictureMs: number;
  /** Largest difference between its scores and those of training. */
  readonly difference: number;
  readonly checked: number;
}

/** Pictures that the finished model is tried on. */
const TRIED = 24;

/** Differences up to this come from another order of additions. */
const TOLERANCE = 1e-4;

/**
 * Runs the finished model the way that it will be served, and compares its scores with those of training. A model that
 * answers otherwise than its report says is never published.
 *
 * @throws INTERNAL when they differ
 */
export async function verifyModel(
  bytes: Uint8Array,
  manifest: Manifest,
  options: {
    readonly engine: Engine;
    readonly pictures: readonly PreparedPicture[];
    /** Scores of training, a row per picture. */
    readonly scores: Matrix;
    readonly signal?: AbortSignal;
  },
): Promise<Verified> {
  const { engine, pictures, scores, signal } = options;
  await using scratch = await scratchModel(decodeModel(bytes), manifest.id);
  const session = await engine.open({ ...scratch.model, manifest }, signal ? { signal } : {});
  await using classifier = createClassifier(session);
  const step = Math.max(1, Math.floor(pictures.length / TRIED));
  const times: number[] = [];
  let difference = 0;
  for (let row = 0; row < pictures.length && times.length < TRIED; row += step) {
    const { path } = pictures[row] ?? { path: '' };
    // A picture that was trained on long ago need not be there any more.
    const bytes = await readFile(path).catch(() => undefined);
    if (bytes === undefined) continue;
    const { predictions, timings } = await classifier.classify(bytes, {
      topK: scores.columns,
      ...(signal && { signal }),
    });
    times.push(timings.decode + timings.inference);
    for (const { index, score } of predictions) {
      difference = Math.max(difference, Math.abs(score - (scores.data[row * scores.columns + index] ?? 0)));
    }
  }
  if (difference > TOLERANCE) {
    throw new PictorError('INTERNAL', {
      expected: `the finished model to answer as in training (within ${TOLERANCE})`,
      received: `scores that differ by ${difference}`,
    });
  }
  return {
    pictureMs: times.toSorted((a, b) => a - b)[times.length >> 1] ?? 0,
    difference,
    checked: times.length,
  };
}
