import { PictorError } from '../errors.ts';
import type { PictureInfo } from '../image/types.ts';
import type { Detector } from '../tasks/detect/detect.ts';
import { type DetectionScores, meanAveragePrecision, type TruthBox } from './mean-average-precision.ts';
import { type DatasetPicture, type EvaluateOptions, type FailedPicture, runOver } from './run-over.ts';

/** A picture and the boxes it should give. Relative annotations need the picture's size, hence the function. */
export interface AnnotatedPicture extends DatasetPicture {
  readonly truth: (picture: Pick<PictureInfo, 'width' | 'height'>) => readonly TruthBox[];
}

export interface DetectionReport extends Omit<DetectionScores, 'perClass'> {
  readonly model: string;
  /** Pictures that could be read. */
  readonly n: number;
  readonly perClass: readonly (DetectionScores['perClass'][number] & { readonly label: string })[];
  readonly picturesPerSecond: number;
  readonly failed: readonly FailedPicture[];
}

/**
 * COCO-style mean average precision of a detector.
 *
 * @param pictures at least one that can be read
 * @throws DATASET_INVALID, ABORTED, and what `detect` throws, but for a picture that cannot be read: that is in
 * `failed`
 * @example
 * const truth = parseYoloText('16 0.5 0.5 0.2 0.4');
 * const { map50, map } = await evaluateDetector(detector, [{ image: 'dog.jpg', truth }]);
 */
export async function evaluateDetector(
  detector: Pick<Detector, 'detect' | 'labels' | 'model'>,
  pictures: readonly AnnotatedPicture[],
  options: EvaluateOptions = {},
): Promise<DetectionReport> {
  const { results, failed, picturesPerSecond } = await runOver(
    pictures,
    async ({ image, truth }, signal) => {
      // COCO's own bounds: everything that scores at all, at most 100 finds a picture.
      const call = { minScore: 0.001, maxDetections: 100, signal };
      const { detections, picture } = await detector.detect(image, call);
      const found = detections.map(({ index, box, score }) => ({ classIndex: index, box, score }));
      return { truth: truth(picture), found };
    },
    options,
  );
  if (results.length === 0) {
    throw new PictorError('DATASET_INVALID', { expected: 'at least one picture that can be read' });
  }
  const { map50, map, perClass } = meanAveragePrecision(results);
  return {
    model: detector.model.id,
    n: results.length,
    map50,
    map,
    perClass: perClass.map((own) => ({ ...own, label: detector.labels[own.classIndex]?.label ?? '' })),
    picturesPerSecond,
    failed,
  };
}
