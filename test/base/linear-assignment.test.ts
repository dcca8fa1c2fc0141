import fc from 'fast-check';
import { expect, test } from 'vitest';
import { assign, assignPositive } from '../../src/base/linear-assignment.ts';

const matrices = fc
  .record({ rows: fc.integer({ min: 0, max: 5 }), columns: fc.integer({ min: 0, max: 5 }) })
  .chain(({ rows, columns }) =>
    fc.record({
      rows: fc.constant(rows),
      columns: fc.constant(columns),
      values: fc.array(fc.integer({ min: -9, max: 9 }), {
        minLength: rows * columns,
        maxLength: rows * columns,
      }),
    }),
  );

interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly values: readonly number[];
}

/** The largest sum over all ways to give rows a column, or none where `mayRest`. */
function bestSum({ rows, columns, values }: Matrix, mayRest: boolean): number {
  const leaveOut = mayRest ? rows : Math.max(0, rows - columns);
  const search = (row: number, taken: ReadonlySet<number>, left: number): number => {
    if (row === rows) return 0;
    const options = left > 0 ? [search(row + 1, taken, left - 1)] : [];
    for (let column = 0; column < columns; column += 1) {
      if (taken.has(column)) continue;
      const rest = search(row + 1, new Set([...taken, column]), left);
      options.push((values[row * columns + column] ?? 0) + rest);
    }
    return Math.max(...options);
  };
  return search(0, new Set(), leaveOut);
}

function sumOf({ columns, values }: Matrix, columnOf: readonly number[]): number {
  return columnOf.reduce(
    (sum, column, row) => sum + (column < 0 ? 0 : (values[row * columns + column] ?? 0)),
    0,
  );
}

test('an assignment has the largest sum of all, and uses a column once', () => {
  fc.assert(
    fc.property(matrices, (matrix) => {
      const { rows, columns, values } = matrix;
      const columnOf = assign(values, rows, columns);
      const given = columnOf.filter((column) => column >= 0);
      expect(new Set(given).size).toBe(Math.min(rows, columns));
      expect(sumOf(matrix, columnOf)).toBe(bestSum(matrix, false));
    }),
  );
});

test('a positive assignment leaves apart what is better apart', () => {
  fc.assert(
    fc.property(matrices, (matrix) => {
      const { rows, columns, values } = matrix;
      const columnOf = assignPositive(values, rows, columns);
      columnOf.forEach((column, row) => {
        if (column >= 0) expect(values[row * columns + column]).toBeGreaterThan(0);
      });
      expect(sumOf(matrix, columnOf)).toBe(bestSum(matrix, true));
    }),
  );
});
