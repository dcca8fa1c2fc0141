import type { Matrix } from '../matrix.ts';

/**
 * The one number that logits are divided by so that answers are as sure as they are right (Guo et al. 2017, arXiv
 * 1706.04599). It changes no ranking.
 *
 * @param logits of pictures that the fit had not seen, one row each
 * @param labels class of each row
 */
export function fitTemperature(logits: Matrix, labels: Int32Array): number {
  // The loss is convex in 1 / T: golden-section search on a logarithmic scale finds it.
  const loss = (log: number) => lossAt(logits, labels, Math.exp(log));
  let low = Math.log(0.05);
  let high = Math.log(20);
  const ratio = (Math.sqrt(5) - 1) / 2;
  while (high - low > 1e-4) {
    const left = high - ratio * (high - low);
    const right = low + ratio * (high - low);
    if (loss(left) < loss(right)) high = right;
    else low = left;
  }
  return Math.exp((low + high) / 2);
}

function lossAt({ rows, columns, data }: Matrix, labels: Int32Array, temperature: number): number {
  let loss = 0;
  for (let row = 0; row < rows; row++) {
    let top = Number.NEGATIVE_INFINITY;
    for (let c = 0; c < columns; c++) top = Math.max(top, data[row * columns + c] ?? 0);
    let sum = 0;
    for (let c = 0; c < columns; c++) sum += Math.exp(((data[row * columns + c] ?? 0) - top) / temperature);
    loss += Math.log(sum) + (top - (data[row * columns + (labels[row] ?? 0)] ?? 0)) / temperature;
  }
  return loss;
}

/** Softmax of each row. */
export function probabilities({ rows, columns, data }: Matrix, temperature = 1): Matrix {
  const result = new Float32Array(data.length);
  for (let row = 0; row < rows; row++) {
    const start = row * columns;
    let top = Number.NEGATIVE_INFINITY;
    for (let c = 0; c < columns; c++) top = Math.max(top, data[start + c] ?? 0);
    let sum = 0;
    for (let c = 0; c < columns; c++) {
      const power = Math.exp(((data[start + c] ?? 0) - top) / temperature);
      result[start + c] = power;
      sum += power;
    }
    for (let c = 0; c < columns; c++) result[start + c] = (result[start + c] ?? 0) / sum;
  }
  return { rows, columns, data: result };
}
