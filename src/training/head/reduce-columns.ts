/**
 * Fewer columns where there are fewer pictures than features: nothing is lost.
 *
 * @module
 */
import { innerProducts } from '../graph/inner-products.ts';
import type { Matrix } from '../matrix.ts';

/** Features in fewer columns, and the way back for weights. */
export interface ReducedFeatures {
  readonly features: Matrix;
  /** Weights `[classes, reduced columns]` as weights on the columns that there were. */
  readonly restore: (weights: Float64Array, classes: number) => Float64Array;
}

/**
 * An L2-penalised linear model only ever uses the span of its pictures. With `X·Xᵀ = L·Lᵀ` (Cholesky), the rows of L are
 * the pictures in an orthonormal basis of that span: same inner products, same penalty, as many columns as pictures.
 */
export async function reduceColumns(features: Matrix): Promise<ReducedFeatures> {
  const { rows, columns } = features;
  if (rows >= columns) return { features, restore: (weights) => weights };
  const gram = (await innerProducts(features, features)).data;
  const lower = cholesky(gram, rows);
  return {
    features: { rows, columns: rows, data: Float32Array.from(lower) },
    restore: (weights, classes) => {
      const result = new Float64Array(classes * columns);
      for (let c = 0; c < classes; c++) {
        const share = solveTransposed(lower, weights.subarray(c * rows, (c + 1) * rows), rows);
        for (let i = 0; i < rows; i++) {
          const factor = share[i] ?? 0;
          for (let j = 0; j < columns; j++) {
            const at = c * columns + j;
            result[at] = (result[at] ?? 0) + factor * (features.data[i * columns + j] ?? 0);
          }
        }
      }
      return result;
    },
  };
}

/** Lower triangle, row-major. Equal pictures make the matrix singular: a little on the diagonal keeps it sound. */
function cholesky(matrix: Float32Array, size: number): Float64Array {
  let trace = 0;
  for (let i = 0; i < size; i++) trace += matrix[i * size + i] ?? 0;
  const jitter = (1e-6 * trace) / size + 1e-12;
  const lower = new Float64Array(size * size);
  for (let i = 0; i < size; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = (matrix[i * size + j] ?? 0) + (i === j ? jitter : 0);
      for (let k = 0; k < j; k++) sum -= (lower[i * size + k] ?? 0) * (lower[j * size + k] ?? 0);
      lower[i * size + j] = i === j ? Math.sqrt(Math.max(sum, jitter)) : sum / (lower[j * size + j] ?? 1);
    }
  }
  return lower;
}

/** Solves `Lᵀ·x = b`. */
function solveTransposed(lower: Float64Array, b: Float64Array, size: number): Float64Array {
  const x = b.slice();
  for (let i = size - 1; i >= 0; i--) {
    let sum = x[i] ?? 0;
    for (let k = i + 1; k < size; k++) sum -= (lower[k * size + i] ?? 0) * (x[k] ?? 0);
    x[i] = sum / (lower[i * size + i] ?? 1);
  }
  return x;
}
