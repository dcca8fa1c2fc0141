/**
 * The linear assignment problem: which row goes with which column, so that the sum is largest.
 *
 * @module
 */

/**
 * Assigns rows to columns, each at most once, so that the sum of the values is largest. Every row gets a column when
 * there are at least as many columns, and the other way round: a value may be negative and still be chosen.
 *
 * Shortest augmenting paths, O(rows² · columns): D. F. Crouse, "On implementing 2D rectangular assignment algorithms",
 * IEEE Transactions on Aerospace and Electronic Systems 52(4), 2016.
 *
 * @param values row-major, finite
 * @returns column of each row, -1 for a row without one
 * @example
 * assign([1, 9, 8, 9], 2, 2); // [1, 0]
 */
export function assign(values: ArrayLike<number>, rows: number, columns: number): number[] {
  if (rows === 0 || columns === 0) return new Array<number>(rows).fill(-1);
  if (rows <= columns) return solve((row, column) => -(values[row * columns + column] ?? 0), rows, columns);
  const rowOf = solve((column, row) => -(values[row * columns + column] ?? 0), columns, rows);
  const columnOf = new Array<number>(rows).fill(-1);
  rowOf.forEach((row, column) => {
    columnOf[row] = column;
  });
  return columnOf;
}

/**
 * Assigns rows to columns so that the sum is largest, and leaves apart what is better apart: only pairs with a value
 * above 0 are ever chosen. Pairs that cannot interfere are solved on their own, so that a sparse matrix costs little.
 *
 * @param values row-major, finite; 0 and below forbid a pair
 * @returns column of each row, -1 for a row without one
 * @example
 * assignPositive([5, 0, 0, 0], 2, 2); // [0, -1]
 */
export function assignPositive(values: ArrayLike<number>, rows: number, columns: number): number[] {
  const columnOf = new Array<number>(rows).fill(-1);
  for (const { rowsIn, columnsIn } of components(values, rows, columns)) {
    const [firstRow = 0] = rowsIn;
    const [firstColumn = 0] = columnsIn;
    if (rowsIn.length === 1 && columnsIn.length === 1) {
      columnOf[firstRow] = firstColumn;
      continue;
    }
    const part = new Float64Array(rowsIn.length * columnsIn.length);
    rowsIn.forEach((row, i) => {
      columnsIn.forEach((column, j) => {
        part[i * columnsIn.length + j] = Math.max(0, values[row * columns + column] ?? 0);
      });
    });
    assign(part, rowsIn.length, columnsIn.length).forEach((j, i) => {
      const column = columnsIn[j];
      if (column !== undefined && (part[i * columnsIn.length + j] ?? 0) > 0)
        columnOf[rowsIn[i] ?? 0] = column;
    });
  }
  return columnOf;
}

interface Component {
  readonly rowsIn: number[];
  readonly columnsIn: number[];
}

/** Connected components of the bipartite graph of positive values. */
function components(values: ArrayLike<number>, rows: number, columns: number): Component[] {
  const parent = Int32Array.from({ length: rows + columns }, (_, i) => i);
  const find = (start: number): number => {
    let node = start;
    for (let up = parent[node] ?? node; up !== node; up = parent[node] ?? node) {
      parent[node] = parent[up] ?? up;
      node = parent[node] ?? up;
    }
    return node;
  };
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      if ((values[row * columns + column] ?? 0) > 0) parent[find(rows + column)] = find(row);
    }
  }
  const byRoot = new Map<number, Component>();
  for (let node = 0; node < rows + columns; node += 1) {
    const root = find(node);
    const component = byRoot.get(root) ?? { rowsIn: [], columnsIn: [] };
    byRoot.set(root, component);
    if (node < rows) component.rowsIn.push(node);
    else component.columnsIn.push(node - rows);
  }
  return [...byRoot.values()].filter(({ rowsIn, columnsIn }) => rowsIn.length > 0 && columnsIn.length > 0);
}

/** Cheapest assignment of every row; there are at least as many columns as rows. */
function solve(cost: (row: number, column: number) => number, rows: number, columns: number): number[] {
  const rowPotential = new Float64Array(rows);
  const columnPotential = new Float64Array(columns);
  const columnOf = new Int32Array(rows).fill(-1);
  const rowOf = new Int32Array(columns).fill(-1);
  const distance = new Float64Array(columns);
  const previous = new Int32Array(columns);
  const scanned = new Uint8Array(columns);
  const reachedRows = new Int32Array(rows);

  for (let start = 0; start < rows; start += 1) {
    distance.fill(Number.POSITIVE_INFINITY);
    scanned.fill(0);
    let reached = 0;
    let row = start;
    let length = 0;
    let sink = -1;
    while (sink < 0) {
      reachedRows[reached] = row;
      reached += 1;
      let nearest = -1;
      let shortest = Number.POSITIVE_INFINITY;
      const base = length - (rowPotential[row] ?? 0);
      for (let column = 0; column < columns; column += 1) {
        if (scanned[column]) continue;
        const candidate = base + cost(row, column) - (columnPotential[column] ?? 0);
        if (candidate < (distance[column] ?? 0)) {
          distance[column] = candidate;
          previous[column] = row;
        }
        const known = distance[column] ?? 0;
        // Among equals a free column ends the search soonest.
        if (known < shortest || (known === shortest && rowOf[column] === -1)) {
          shortest = known;
          nearest = column;
        }
      }
      length = shortest;
      if (nearest < 0) throw new RangeError('the values of an assignment must be finite');
      scanned[nearest] = 1;
      const taken = rowOf[nearest] ?? -1;
      if (taken < 0) sink = nearest;
      else row = taken;
    }
    rowPotential[start] = (rowPotential[start] ?? 0) + length;
    for (let i = 1; i < reached; i += 1) {
      const other = reachedRows[i] ?? 0;
      rowPotential[other] = (rowPotential[other] ?? 0) + length - (distance[columnOf[other] ?? 0] ?? 0);
    }
    for (let column = 0; column < columns; column += 1) {
      if (scanned[column])
        columnPotential[column] = (columnPotential[column] ?? 0) - length + (distance[column] ?? 0);
    }
    let column = sink;
    for (;;) {
      const owner = previous[column] ?? 0;
      rowOf[column] = owner;
      const next = columnOf[owner] ?? -1;
      columnOf[owner] = column;
      if (owner === start) break;
      column = next;
    }
  }
  return Array.from(columnOf);
}
