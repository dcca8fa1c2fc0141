import { type Matrix, pickRows } from '../matrix.ts';
import { foldScaling, scalingOf, standardized } from './standardize.ts';
import type { TrainingSet } from './types.ts';

/**
 * The nearest class mean as a linear head: of `-|x - m|² / 2`, what depends on the class is `m·x - |m|² / 2`.
 *
 * @returns the head on all pictures, and logits of each picture from means that it had no part in
 */
export function classMeans({ features, labels, classes, folds }: TrainingSet): {
  readonly weights: Float32Array;
  readonly bias: Float32Array;
  readonly outOfFold: Matrix;
} {
  const scaling = scalingOf(features);
  const x = standardized(features, scaling);
  const data = new Float32Array(x.rows * classes);
  const count = 1 + folds.reduce((most, fold) => Math.max(most, fold), 0);
  for (let fold = 0; fold < count; fold++) {
    const rows = [...labels.keys()].filter((row) => folds[row] !== fold);
    const { weights, bias } = linearMeans(
      pickRows(x, rows),
      rows.map((row) => labels[row] ?? 0),
      classes,
    );
    for (let row = 0; row < x.rows; row++) {
      if (folds[row] !== fold) continue;
      for (let c = 0; c < classes; c++) {
        let sum = bias[c] ?? 0;
        for (let j = 0; j < x.columns; j++) {
          sum += (weights[c * x.columns + j] ?? 0) * (x.data[row * x.columns + j] ?? 0);
        }
        data[row * classes + c] = sum;
      }
    }
  }
  const { weights, bias } = linearMeans(x, [...labels], classes);
  return {
    ...foldScaling(weights, bias, scaling),
    outOfFold: { rows: x.rows, columns: classes, data },
  };
}

function linearMeans(x: Matrix, labels: readonly number[], classes: number) {
  const weights = new Float64Array(classes * x.columns);
  const counts = new Float64Array(classes);
  for (const label of labels) counts[label] = (counts[label] ?? 0) + 1;
  for (const [row, label] of labels.entries()) {
    for (let j = 0; j < x.columns; j++) {
      const at = label * x.columns + j;
      weights[at] = (weights[at] ?? 0) + (x.data[row * x.columns + j] ?? 0) / (counts[label] ?? 1);
    }
  }
  const bias = new Float64Array(classes);
  for (const [i, value] of weights.entries()) {
    const row = Math.floor(i / x.columns);
    bias[row] = (bias[row] ?? 0) - (value * value) / 2;
  }
  return { weights, bias };
}
