/**
 * MOTChallenge text: `frame,id,left,top,width,height,confidence,…`, everything counted from 1.
 *
 * @module
 */
import { PictorError } from '../../errors.ts';

/** A line of a MOTChallenge file. */
export interface MotRow {
  /** From 1. */
  readonly frame: number;
  /** -1 in files of detections. */
  readonly id: number;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** Score of a detection; 0 in a truth file marks a box to ignore. */
  readonly confidence: number;
  /** Class of a truth file of MOT16 and later, -1 where the file has none. */
  readonly classId: number;
}

/**
 * Reads a MOTChallenge text file.
 *
 * @param text lines of at least six numbers; empty lines are left out
 * @param name what an error calls the file
 * @throws DATASET_INVALID with the line that is wrong
 * @example
 * const [row] = parseMotText('1,-1,281.9,187.4,79.9,209.5,0.99,-1,-1,-1', 'det.txt');
 * row?.width; // 79.9
 */
export function parseMotText(text: string, name: string): MotRow[] {
  const rows: MotRow[] = [];
  text.split('\n').forEach((line, i) => {
    if (line.trim() === '') return;
    const cells = line
      .trim()
      .split(/[,\s]+/)
      .map((cell) => (cell === '' ? Number.NaN : Number(cell)));
    const [frame = Number.NaN, id = Number.NaN, x = Number.NaN, y = Number.NaN, width = Number.NaN] = cells;
    const [height = Number.NaN, confidence = 1, eighth = -1] = cells.slice(5);
    // MOT15 has ten columns, and a place in the world where the later ones have a class.
    const classId = cells.length === 9 || cells.length === 8 ? eighth : -1;
    const numbers = [frame, id, x, y, width, height, confidence, classId];
    if (!numbers.every(Number.isFinite) || !Number.isInteger(frame) || frame < 1 || !Number.isInteger(id)) {
      throw new PictorError('DATASET_INVALID', {
        expected: 'frame,id,left,top,width,height,confidence with frames from 1',
        received: `"${line.trim().slice(0, 60)}" in line ${i + 1} of ${name}`,
      });
    }
    rows.push({ frame, id, x, y, width, height, confidence, classId });
  });
  return rows;
}

/** Rows by frame, `lists[0]` being frame 1. Rows beyond the last frame are left out. */
export function byFrame(rows: readonly MotRow[], frames: number): MotRow[][] {
  const lists = Array.from({ length: frames }, (): MotRow[] => []);
  for (const row of rows) lists[row.frame - 1]?.push(row);
  return lists;
}
