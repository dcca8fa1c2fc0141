import type { Matrix } from '../matrix.ts';

/**
 * For each class, the score from which on it may be said of a picture: the one with the best F1 on pictures that the
 * fit had not seen. Between two equally good ones, their middle.
 *
 * @param scores 0..1, one row per picture
 * @returns 0..1 for each class, on a grid of hundredths
 */
export function classThresholds(scores: Matrix, labels: Int32Array): number[] {
  return Array.from({ length: scores.columns }, (_, classIndex) => {
    let best = -1;
    let first = 0.5;
    let last = 0.5;
    for (let step = 1; step < 100; step++) {
      const value = f1At(scores, labels, classIndex, step / 100);
      if (value > best + 1e-12) {
        best = value;
        first = step / 100;
        last = first;
      } else if (value > best - 1e-12) last = step / 100;
    }
    return Math.round((first + last) * 50) / 100;
  });
}

function f1At({ rows, columns, data }: Matrix, labels: Int32Array, classIndex: number, threshold: number) {
  let hits = 0;
  let said = 0;
  let there = 0;
  for (let row = 0; row < rows; row++) {
    const claims = (data[row * columns + classIndex] ?? 0) >= threshold;
    const is = labels[row] === classIndex;
    if (claims) said++;
    if (is) there++;
    if (claims && is) hits++;
  }
  return said + there === 0 ? 0 : (2 * hits) / (said + there);
}
