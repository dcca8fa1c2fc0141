import { PictorError } from '../../errors.ts';
import type { AnnotatedPicture } from '../detector.ts';

/**
 * Truth boxes of a YOLO text file: a line is `class cx cy width height`, fractions of the picture.
 *
 * @param text of the file; empty for a picture without objects
 * @throws DATASET_INVALID
 */
export function parseYoloText(text: string): AnnotatedPicture['truth'] {
  const rows = text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => line.trim().split(/\s+/).map(Number));
  const wrong = rows.find(
    (row) => row.length !== 5 || row.some((value) => !Number.isFinite(value)) || !isIndex(row[0]),
  );
  if (wrong) {
    throw new PictorError('DATASET_INVALID', {
      expected: 'lines of five numbers: class cx cy width height',
      received: wrong.join(' '),
    });
  }
  return ({ width, height }) =>
    rows.map(([classIndex = 0, cx = 0, cy = 0, w = 0, h = 0]) => ({
      classIndex,
      box: { x: (cx - w / 2) * width, y: (cy - h / 2) * height, width: w * width, height: h * height },
    }));
}

function isIndex(value: number | undefined): boolean {
  return Number.isInteger(value) && (value ?? -1) >= 0;
}
