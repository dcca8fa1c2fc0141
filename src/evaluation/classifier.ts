import { PictorError } from '../errors.ts';
import type { LabelRecord } from '../models/labels/index.ts';
import type { Classifier } from '../tasks/classify/classify.ts';
import { type DatasetPicture, type EvaluateOptions, type FailedPicture, runOver } from './run-over.ts';

/** A picture and the class it shows. */
export interface LabelledPicture extends DatasetPicture {
  readonly classIndex: number;
}

/** Results of the pictures of one class. */
export interface ClassAccuracy {
  readonly classIndex: number;
  readonly label: string;
  readonly n: number;
  /** 0..1. */
  readonly top1: number;
  /** 0..1. */
  readonly top5: number;
}

/** How often one class was taken for another. */
export interface Confusion {
  readonly truth: string;
  readonly predicted: string;
  readonly n: number;
}

export interface ClassificationReport {
  readonly model: string;
  /** Pictures that could be read. */
  readonly n: number;
  /** 0..1. */
  readonly top1: number;
  /** 0..1. */
  readonly top5: number;
  readonly perClass: readonly ClassAccuracy[];
  /** Most frequent mistakes first. */
  readonly confusions: readonly Confusion[];
  readonly picturesPerSecond: number;
  readonly failed: readonly FailedPicture[];
}

interface Outcome {
  readonly classIndex: number;
  /** Rank of the right class, 0-based; -1 when it is not among the five best. */
  readonly place: number;
  readonly first: number | undefined;
}

/**
 * Accuracy of a classifier on labelled pictures.
 *
 * @param pictures at least one that can be read
 * @throws DATASET_INVALID, ABORTED, and what `classify` throws, but for a picture that cannot be read: that is in
 * `failed`
 * @example
 * const { top1, top5 } = await evaluateClassifier(classifier, [{ image: 'cheetah.jpg', classIndex: 293 }]);
 */
export async function evaluateClassifier(
  classifier: Pick<Classifier, 'classify' | 'labels' | 'model'>,
  pictures: readonly LabelledPicture[],
  options: EvaluateOptions = {},
): Promise<ClassificationReport> {
  const { labels } = classifier;
  const stray = pictures.find(({ classIndex }) => labels[classIndex] === undefined);
  if (stray) {
    throw new PictorError('DATASET_INVALID', {
      expected: `class indices below ${labels.length}`,
      received: String(stray.classIndex),
    });
  }
  const { results, failed, picturesPerSecond } = await runOver(
    pictures,
    async ({ image, classIndex }, signal): Promise<Outcome> => {
      const { predictions } = await classifier.classify(image, { topK: 5, signal });
      const place = predictions.findIndex(({ index }) => index === classIndex);
      return { classIndex, place, first: predictions[0]?.index };
    },
    options,
  );
  if (results.length === 0) {
    throw new PictorError('DATASET_INVALID', { expected: 'at least one picture that can be read' });
  }
  return {
    model: classifier.model.id,
    n: results.length,
    top1: share(results, 1),
    top5: share(results, 5),
    perClass: accuracyByClass(results, labels),
    confusions: confusionsOf(results, labels),
    picturesPerSecond,
    failed,
  };
}

function share(outcomes: readonly Outcome[], within: number): number {
  return outcomes.filter(({ place }) => place >= 0 && place < within).length / outcomes.length;
}

function accuracyByClass(outcomes: readonly Outcome[], labels: readonly LabelRecord[]): ClassAccuracy[] {
  const byClass = new Map<number, Outcome[]>();
  for (const outcome of outcomes) {
    const own = byClass.get(outcome.classIndex);
    if (own) own.push(outcome);
    else byClass.set(outcome.classIndex, [outcome]);
  }
  return [...byClass]
    .toSorted(([a], [b]) => a - b)
    .map(([classIndex, own]) => ({
      classIndex,
      label: labels[classIndex]?.label ?? '',
      n: own.length,
      top1: share(own, 1),
      top5: share(own, 5),
    }));
}

function confusionsOf(outcomes: readonly Outcome[], labels: readonly LabelRecord[]): Confusion[] {
  const counts = new Map<string, Confusion>();
  for (const { classIndex, place, first } of outcomes) {
    if (place === 0 || first === undefined) continue;
    const key = `${classIndex} ${first}`;
    const truth = labels[classIndex]?.label ?? '';
    const predicted = labels[first]?.label ?? '';
    counts.set(key, { truth, predicted, n: (counts.get(key)?.n ?? 0) + 1 });
  }
  return [...counts.values()].toSorted((a, b) => b.n - a.n);
}
