/**
 * What is in the picture, as one class of the model.
 *
 * @module
 */

import type { Session } from '../../engine/types.ts';
import { type LabelRecord, uniqueNames } from '../../models/labels/index.ts';
import { inferFrames, meanScores, type ReadFrames } from '../frames.ts';
import { numberOption } from '../options.ts';
import { labelsOf, overPictures, type Recognizer, recognizerOf, requireTask } from '../recognizer.ts';
import { classScores, rank } from '../scores.ts';
import { tagger } from '../tag/tag.ts';
import type { Classification, ClassifyOptions, Recognize, TagAnswer, TagOptions } from '../types.ts';
import { familiarityOf } from './familiarity.ts';

/** A loaded classifier. */
export interface Classifier extends Recognizer {
  readonly task: 'classify';
  /** By class index. */
  readonly labels: readonly LabelRecord[];
  /** A name for each class, by index, no two the same: labels, with the index where a label occurs twice. */
  readonly names: readonly string[];
  /**
   * The most likely classes of a picture, or of each picture of an array.
   *
   * @throws OPTION_INVALID, IMAGE_*, ABORTED, OVERLOADED, DEADLINE_EXCEEDED, INFERENCE_FAILED
   * @example
   * const { predictions } = await classifier.classify('cheetah.jpg', { topK: 3 });
   * predictions[0]; // { index: 293, label: 'cheetah', zh: '猎豹', synset: 'n02130308', score: 0.83 }
   */
  readonly classify: Recognize<ClassifyOptions, Classification>;
  /** The same answer as tags with category and broader terms. */
  readonly tag: Recognize<TagOptions, TagAnswer>;
}

/**
 * A classifier over a session.
 *
 * @param session of a model whose task is `classify`
 * @param close what `close()` does (default: closes the session)
 * @throws MODEL_TASK_MISMATCH, MODEL_MANIFEST_INVALID
 */
export function createClassifier(session: Session, close?: () => Promise<void>): Classifier {
  const manifest = session.model.manifest;
  requireTask(manifest, ['classify']);
  const labels = labelsOf(manifest);
  const { output } = manifest;

  /** Frames of an animation count alike. */
  function scoresOf(inferences: ReadFrames['inferences']): Float32Array {
    const each = inferences.map(({ outputs }) => classScores(outputs, manifest, labels.length));
    const [only] = each;
    return only && each.length === 1 ? only : meanScores(each);
  }

  const classify = overPictures<ClassifyOptions, { topK: number; minScore: number }, Classification>(
    (options) => ({
      topK: numberOption('topK', options?.topK, {
        min: 1,
        max: Number.MAX_SAFE_INTEGER,
        fallback: 5,
        integer: true,
      }),
      minScore: numberOption('minScore', options?.minScore, { min: 0, max: 1, fallback: 0 }),
    }),
    async (image, resolved, call) => {
      const { inferences } = await inferFrames(session, image, call);
      const { outputs, picture, timings } = inferences[0];
      const scores = scoresOf(inferences);
      const familiarity = familiarityOf(outputs, manifest, labels);
      return {
        model: manifest.id,
        picture,
        timings,
        predictions: rank(scores, labels, resolved),
        ...familiarity,
      };
    },
  );

  const thresholds = output.decoder === 'classification' ? output.thresholds : undefined;
  const tag = tagger(manifest, labels, thresholds ?? 0.1, async (image, call) => {
    const { inferences } = await inferFrames(session, image, call);
    const { outputs, picture, timings } = inferences[0];
    const scores = scoresOf(inferences);
    const found = rank(scores, labels, { topK: labels.length, minScore: 0 });
    return { picture, timings, found, familiarity: familiarityOf(outputs, manifest, labels) };
  });
  return {
    ...recognizerOf(session, close),
    task: 'classify',
    labels,
    names: uniqueNames(labels),
    classify,
    tag,
  };
}
