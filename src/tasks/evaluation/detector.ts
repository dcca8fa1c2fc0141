import { PictorError } from '../../errors.ts';
import type { ImageSource, PictureInfo } from '../../image/types.ts';
import type { Detector } from '../detect.ts';
import type { EvaluateOptions } from './classifier.ts';
import {
  type DetectionScores,
  type EvaluatedPicture,
  meanAveragePrecision,
  type TruthBox,
} from './mean-average-precision.ts';

/** A picture and the boxes it should give. Relative annotations need the picture's size, hence the function. */
export interface AnnotatedPicture {
  readonly image: ImageSource;
  readonly truth: (picture: PictureInfo) => readonly TruthBox[];
}

export interface DetectionReport extends DetectionScores {
  readonly model: string;
  readonly n: number;
}

/**
 * Truth boxes of a YOLO text file: a line is `class cx cy width height`, fractions of the picture.
 *
 * @throws DATASET_INVALID
 */
export function parseYoloText(text: string): AnnotatedPicture['truth'] {
  const rows = text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => line.trim().split(/\s+/).map(Number));
  const wrong = rows.find(
    (row) => row.length !== 5 || row.some((value) => !Number.isFinite(value)) || !Number.isInteger(row[0]),
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

/**
 * COCO-style mean average precision of a detector.
 *
 * @param pictures at least one
 * @throws DATASET_INVALID, ABORTED, and what `detect` throws
 * @example
 * const truth = parseYoloText('16 0.5 0.5 0.2 0.4');
 * const { map50, map } = await evaluateDetector(detector, [{ image: 'dog.jpg', truth }]);
 */
export async function evaluateDetector(
  detector: Pick<Detector, 'detect' | 'model'>,
  pictures: readonly AnnotatedPicture[],
  options: EvaluateOptions = {},
): Promise<DetectionReport> {
  if (pictures.length === 0) throw new PictorError('DATASET_INVALID', { expected: 'at least one picture' });
  const call = { minScore: 0.001, maxDetections: 100, ...(options.signal && { signal: options.signal }) };
  const evaluated: EvaluatedPicture[] = [];
  for (const { image, truth } of pictures) {
    const { detections, picture } = await detector.detect(image, call);
    const found = detections.map(({ index, box, score }) => ({ classIndex: index, box, score }));
    evaluated.push({ truth: truth(picture), found });
    options.onProgress?.({ done: evaluated.length, total: pictures.length });
  }
  return { model: detector.model.id, n: pictures.length, ...meanAveragePrecision(evaluated) };
}
