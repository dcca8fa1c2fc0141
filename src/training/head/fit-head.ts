/**
 * The three kinds of head, from features to something that the exported graph can hold.
 *
 * @module
 */
import { PictorError } from '../../errors.ts';
import { fitTemperature, probabilities } from '../calibration/temperature.ts';
import type { HeadSpec } from '../graph/classifier-graph.ts';
import type { Matrix } from '../matrix.ts';
import type { HeadKind } from '../options.ts';
import { classMeans } from './class-means.ts';
import { fitLogistic, type PathPoint } from './logistic-regression.ts';
import { fitNeighbours } from './nearest-neighbours.ts';
import type { TrainingSet } from './types.ts';

/** A head with calibrated answers. */
export interface FittedHead {
  readonly kind: HeadKind;
  /** As the graph has it: the temperature is inside. */
  readonly spec: HeadSpec;
  readonly temperature: number;
  /** The penalty that was chosen, of logistic regression. */
  readonly lambda?: number;
  readonly path: readonly PathPoint[];
  /** Calibrated scores of each training picture, by a fit that had not seen it. */
  readonly outOfFold: Matrix;
}

/** Classes up to which logistic regression ends in reasonable time. */
export const MOST_LOGISTIC_CLASSES = 1000;

/**
 * Refuses what could not end, before anything is begun.
 *
 * @throws DATASET_INVALID
 */
export function requireFeasible(kind: HeadKind, classes: number): void {
  if (kind !== 'logistic' || classes <= MOST_LOGISTIC_CLASSES) return;
  throw new PictorError('DATASET_INVALID', {
    expected: `at most ${MOST_LOGISTIC_CLASSES} classes for logistic regression`,
    received: String(classes),
    fix: 'Use --head means, which takes any number of classes',
  });
}

/** Fits a head and its temperature. */
export async function fitHead(
  kind: HeadKind,
  set: TrainingSet,
  signal: AbortSignal | undefined,
  around?: number,
): Promise<FittedHead> {
  const { features, labels, classes, folds, importance } = set;
  if (kind === 'nearest') {
    const { neighbours, temperature, outOfFold } = await fitNeighbours(set);
    return { kind, spec: { kind, neighbours, temperature }, temperature, path: [], outOfFold };
  }
  const fit =
    kind === 'logistic'
      ? await fitLogistic(features, labels, {
          classes,
          folds,
          importance,
          ...(around !== undefined && { around }),
          ...(signal && { signal }),
        })
      : { ...classMeans(set), lambda: undefined, path: [] };
  const temperature = fitTemperature(fit.outOfFold, labels);
  const { weights, bias, lambda, path } = fit;
  return {
    kind,
    spec: {
      kind: 'linear',
      weights: weights.map((value) => value / temperature),
      bias: bias.map((value) => value / temperature),
    },
    temperature,
    ...(lambda !== undefined && { lambda }),
    path,
    outOfFold: probabilities(fit.outOfFold, temperature),
  };
}
