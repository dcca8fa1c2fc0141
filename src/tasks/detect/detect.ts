/**
 * What is in the picture, and where.
 *
 * @module
 */

import type { Inference, Session } from '../../engine/types.ts';
import { type CropOptions, cropBoxes } from '../../image/draw/crop.ts';
import { readSource } from '../../image/sources/read-source.ts';
import type { ImageSource } from '../../image/types.ts';
import type { LabelRecord } from '../../models/labels/index.ts';
import { inferFrames } from '../frames.ts';
import { nameSet, normalName, numberOption } from '../options.ts';
import {
  boundsOf,
  labelsOf,
  overPictures,
  type Recognizer,
  readingOf,
  recognizerOf,
  requireTask,
} from '../recognizer.ts';
import { tagger } from '../tag/tag.ts';
import type {
  CallOptions,
  Detection,
  DetectionAnswer,
  DetectOptions,
  Recognize,
  TagAnswer,
  TagOptions,
} from '../types.ts';
import { byScore, suppressOverlaps, toOriginal } from './boxes.ts';
import { decoderOf } from './decoders/index.ts';

/** A loaded detector. */
export interface Detector extends Recognizer {
  readonly task: 'detect';
  /** By class index. */
  readonly labels: readonly LabelRecord[];
  /**
   * Objects and their boxes, in pixels of the upright original.
   *
   * @throws OPTION_INVALID, IMAGE_*, ABORTED, OVERLOADED, DEADLINE_EXCEEDED, INFERENCE_FAILED
   * @example
   * const { detections } = await detector.detect('street.jpg', { minScore: 0.4, include: ['car', '人'] });
   * detections[0]; // { index: 2, label: 'car', zh: '汽车', score: 0.91, box: { x, y, width, height } }
   */
  readonly detect: Recognize<DetectOptions, DetectionAnswer>;
  /**
   * The same answer, with what lies in each box as a picture of its own, in the order of `detections`.
   *
   * @throws what `detect` throws, and FEATURE_UNSUPPORTED where sharp cannot be loaded
   * @example
   * const { detections, crops } = await detector.crops('street.jpg', { include: ['person'], margin: 0.1 });
   * await writeFile(`${detections[0]?.label}.jpg`, crops[0] ?? '');
   */
  readonly crops: Recognize<CropsOptions, CropsAnswer>;
  /** The same finds as tags, one for each class, with the boxes as instances. */
  readonly tag: Recognize<TagOptions, TagAnswer>;
}

/** Options of `detect`, and how the cuts are made. */
export type CropsOptions = DetectOptions & Pick<CropOptions, 'margin' | 'format' | 'quality'>;

export interface CropsAnswer extends DetectionAnswer {
  /** Encoded pictures, in the order of `detections`. */
  readonly crops: readonly Uint8Array[];
}

interface Limits {
  readonly minScore: number;
  readonly maxDetections: number;
  readonly iouThreshold: number;
  readonly include: ReadonlySet<string> | undefined;
  readonly exclude: ReadonlySet<string> | undefined;
}

/**
 * A detector over a session.
 *
 * @param session of a model whose task is `detect`
 * @param close what `close()` does (default: closes the session)
 * @throws MODEL_TASK_MISMATCH, MODEL_MANIFEST_INVALID
 */
export function createDetector(session: Session, close?: () => Promise<void>): Detector {
  const manifest = session.model.manifest;
  requireTask(manifest, ['detect']);
  const labels = labelsOf(manifest);
  const decoder = decoderOf(manifest.output);
  const names = labels.map(
    ({ label, zh, synonyms }) =>
      new Set([label, zh, ...(synonyms ?? [])].filter((name) => name !== undefined).map(normalName)),
  );
  const known = new Set(names.flatMap((own) => [...own]));

  function wanted(index: number, { include, exclude }: Limits): boolean {
    const own = [...(names[index] ?? [])];
    if (include && !own.some((name) => include.has(name))) return false;
    return !exclude || !own.some((name) => exclude.has(name));
  }

  function decode({ outputs, picture, placement }: Inference, limits: Limits): Detection[] {
    const candidates = decoder.decode({
      outputs,
      inputWidth: placement.inputWidth,
      inputHeight: placement.inputHeight,
      classes: labels.length,
      minScore: limits.minScore,
    });
    const fit = candidates.filter(
      ({ score, classIndex }) => score >= limits.minScore && wanted(classIndex, limits),
    );
    const ranked = byScore(fit);
    const kept = decoder.suppress
      ? suppressOverlaps(ranked, limits.iouThreshold, limits.maxDetections)
      : ranked;
    const detections: Detection[] = [];
    for (const candidate of kept) {
      const label = labels[candidate.classIndex];
      const box = toOriginal(candidate, decoder.space === 'input' ? placement : undefined, picture);
      if (label && box) detections.push({ ...label, score: Math.min(1, candidate.score), box });
    }
    return detections.slice(0, limits.maxDetections);
  }

  const limitsOf = (options: DetectOptions | undefined): Limits => ({
    minScore: numberOption('minScore', options?.minScore, { min: 0, max: 1, fallback: 0.3 }),
    maxDetections: numberOption('maxDetections', options?.maxDetections, {
      min: 1,
      max: 1000,
      fallback: 100,
      integer: true,
    }),
    iouThreshold: numberOption('iouThreshold', options?.iouThreshold, {
      min: 0,
      max: 1,
      fallback: decoder.iouThreshold,
    }),
    include: nameSet('include', options?.include, known),
    exclude: nameSet('exclude', options?.exclude, known),
  });

  async function find(image: ImageSource, limits: Limits, call: CallOptions): Promise<DetectionAnswer> {
    const { inferences, numbers } = await inferFrames(session, image, call);
    const { picture, timings } = inferences[0];
    const found = inferences.map((inference) => decode(inference, limits));
    const detections = picture.frames
      ? byScore(found.flatMap((own, at) => own.map((one) => ({ ...one, frame: numbers[at] ?? 0 }))))
      : found.flat();
    return { model: manifest.id, picture, timings, detections: detections.slice(0, limits.maxDetections) };
  }

  const detect = overPictures(limitsOf, find);

  const crops = overPictures(
    (options: CropsOptions | undefined) => {
      const { margin, format, quality } = options ?? {};
      const cutting = {
        ...(margin !== undefined && { margin }),
        ...(format !== undefined && { format }),
        ...(quality !== undefined && { quality }),
      };
      return { limits: limitsOf(options), cutting };
    },
    async (image, { limits, cutting }, call): Promise<CropsAnswer> => {
      const bytes = await readSource(image, readingOf(session, call));
      // Cuts come from the first frame.
      const answer = await find(bytes, limits, { ...call, frames: 1 });
      const boxes = answer.detections.map(({ box }) => box);
      return { ...answer, crops: await cropBoxes(bytes, boxes, { ...cutting, ...boundsOf(session, call) }) };
    },
  );

  const tag = tagger(manifest, labels, 0.3, async (image, call, minScore) => {
    const { picture, timings, detections } = await detect(image, { ...call, minScore });
    return { picture, timings, found: detections };
  });

  return { ...recognizerOf(session, close), task: 'detect', labels, detect, crops, tag };
}
