import type { PreparedData } from '../data/prepare-data.ts';
import { bestOf, type Matrix, rowOf } from '../matrix.ts';

/** Top-1 of scores that each picture's own fit had no part in, 0..1. */
export function judgeOutOfFold(
  outOfFold: Matrix,
  rows: readonly number[],
  { pictures }: Pick<PreparedData, 'pictures'>,
): number {
  const right = rows.filter((row, at) => bestOf(rowOf(outOfFold, at)) === pictures[row]?.classIndex);
  return right.length / (rows.length || 1);
}
