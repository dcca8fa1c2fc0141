/** A dense matrix, row-major. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly data: Float32Array;
}

/** One row, not copied. */
export function rowOf({ columns, data }: Matrix, row: number): Float32Array {
  return data.subarray(row * columns, (row + 1) * columns);
}

/** The named rows, in that order, copied. */
export function pickRows(matrix: Matrix, rows: readonly number[]): Matrix {
  const data = new Float32Array(rows.length * matrix.columns);
  for (const [at, row] of rows.entries()) data.set(rowOf(matrix, row), at * matrix.columns);
  return { rows: rows.length, columns: matrix.columns, data };
}

/** Rows scaled to length 1; a row of zeros stays. */
export function unitRows({ rows, columns, data }: Matrix): Matrix {
  const result = new Float32Array(data.length);
  for (let row = 0; row < rows; row++) {
    let sum = 0;
    for (let i = row * columns; i < (row + 1) * columns; i++) sum += (data[i] ?? 0) ** 2;
    const scale = 1 / Math.sqrt(sum + 1e-12);
    for (let i = row * columns; i < (row + 1) * columns; i++) result[i] = (data[i] ?? 0) * scale;
  }
  return { rows, columns, data: result };
}

/** Index of the greatest value of a row. */
export function bestOf(values: ArrayLike<number>): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if ((values[i] ?? 0) > (values[best] ?? 0)) best = i;
  return best;
}
