import type { Matrix } from '../matrix.ts';

/** Mean and deviation of each column. */
export interface Scaling {
  readonly mean: Float64Array;
  readonly deviation: Float64Array;
}

/** Deviations below this share of their mean count as this: channels that are nearly always off would shout. */
const FLOOR = 0.01;

/** The scaling of a set of features. */
export function scalingOf({ rows, columns, data }: Matrix): Scaling {
  const mean = new Float64Array(columns);
  const deviation = new Float64Array(columns);
  for (let i = 0; i < data.length; i++) mean[i % columns] = (mean[i % columns] ?? 0) + (data[i] ?? 0) / rows;
  for (let i = 0; i < data.length; i++) {
    const column = i % columns;
    deviation[column] = (deviation[column] ?? 0) + ((data[i] ?? 0) - (mean[column] ?? 0)) ** 2 / rows;
  }
  let sum = 0;
  for (let j = 0; j < columns; j++) {
    deviation[j] = Math.sqrt(deviation[j] ?? 0);
    sum += deviation[j] ?? 0;
  }
  const least = Math.max(1e-12, (FLOOR * sum) / columns);
  return { mean, deviation: deviation.map((value) => Math.max(value, least)) };
}

/**
 * Every column with mean 0 and deviation 1, divided by the square root of their number, so that a row has a length of
 * about 1 and the same lambda means the same for every backbone.
 */
export function standardized({ rows, columns, data }: Matrix, { mean, deviation }: Scaling): Matrix {
  const result = new Float32Array(data.length);
  const shrink = 1 / Math.sqrt(columns);
  for (let i = 0; i < data.length; i++) {
    const column = i % columns;
    result[i] = (((data[i] ?? 0) - (mean[column] ?? 0)) / (deviation[column] ?? 1)) * shrink;
  }
  return { rows, columns, data: result };
}

/** A linear head on standardised features as one on the features themselves. */
export function foldScaling(
  weights: Float64Array,
  bias: Float64Array,
  { mean, deviation }: Scaling,
): { weights: Float32Array; bias: Float32Array } {
  const columns = mean.length;
  const shrink = 1 / Math.sqrt(columns);
  const folded = new Float32Array(weights.length);
  const shifted = Float64Array.from(bias);
  for (let i = 0; i < weights.length; i++) {
    const column = i % columns;
    const row = (i - column) / columns;
    const weight = ((weights[i] ?? 0) / (deviation[column] ?? 1)) * shrink;
    folded[i] = weight;
    shifted[row] = (shifted[row] ?? 0) - weight * (mean[column] ?? 0);
  }
  return { weights: folded, bias: Float32Array.from(shifted) };
}
