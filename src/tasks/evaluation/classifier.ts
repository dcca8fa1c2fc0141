import { PictorError } from '../../errors.ts';
import type { ImageSource } from '../../image/types.ts';
import type { Classifier } from '../classify.ts';

/** A picture and the class it shows. */
export interface LabelledPicture {
  readonly image: ImageSource;
  readonly classIndex: number;
}

export interface EvaluateOptions {
  readonly signal?: AbortSignal;
  /** Called after each picture. */
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void;
}

export interface ClassificationReport {
  readonly model: string;
  readonly n: number;
  /** 0..1. */
  readonly top1: number;
  /** 0..1. */
  readonly top5: number;
  readonly perClass: readonly {
    readonly classIndex: number;
    readonly label: string;
    readonly n: number;
    readonly top1: number;
    readonly top5: number;
  }[];
  /** Most frequent mistakes first. */
  readonly confusions: readonly { readonly truth: string; readonly predicted: string; readonly n: number }[];
  readonly picturesPerSecond: number;
}

/** Pictures that are answered at the same time. */
const CHUNK = 16;

/**
 * Accuracy of a classifier on labelled pictures.
 *
 * @param pictures at least one
 * @throws DATASET_INVALID, ABORTED, and what `classify` throws
 * @example
 * const { top1, top5 } = await evaluateClassifier(classifier, [{ image: 'cheetah.jpg', classIndex: 293 }]);
 */
export async function evaluateClassifier(
  classifier: Pick<Classifier, 'classify' | 'labels' | 'model'>,
  pictures: readonly LabelledPicture[],
  options: EvaluateOptions = {},
): Promise<ClassificationReport> {
  const { labels } = classifier;
  if (pictures.length === 0) throw new PictorError('DATASET_INVALID', { expected: 'at least one picture' });
  const stray = pictures.find(({ classIndex }) => labels[classIndex] === undefined);
  if (stray) {
    throw new PictorError('DATASET_INVALID', {
      expected: `class indices below ${labels.length}`,
      received: String(stray.classIndex),
    });
  }
  const topK = Math.min(5, labels.length);
  const call = { topK, ...(options.signal && { signal: options.signal }) };
  const tallies = new Map<number, { n: number; first: number; among: number }>();
  const mistakes = new Map<string, { truth: string; predicted: string; n: number }>();
  const started = performance.now();
  for (let done = 0; done < pictures.length; done += CHUNK) {
    const chunk = pictures.slice(done, done + CHUNK);
    const answers = await classifier.classify(
      chunk.map(({ image }) => image),
      call,
    );
    for (const [i, { classIndex }] of chunk.entries()) {
      const predictions = answers[i]?.predictions ?? [];
      const tally = tallies.get(classIndex) ?? { n: 0, first: 0, among: 0 };
      tallies.set(classIndex, tally);
      tally.n += 1;
      const place = predictions.findIndex(({ index }) => index === classIndex);
      if (place === 0) tally.first += 1;
      if (place >= 0) tally.among += 1;
      const predicted = predictions[0];
      if (place === 0 || !predicted) continue;
      const key = `${classIndex} ${predicted.index}`;
      const mistake = mistakes.get(key) ?? {
        truth: labels[classIndex]?.label ?? '',
        predicted: predicted.label,
        n: 0,
      };
      mistake.n += 1;
      mistakes.set(key, mistake);
    }
    options.onProgress?.({ done: done + chunk.length, total: pictures.length });
  }
  const seconds = (performance.now() - started) / 1000;
  const all = [...tallies.values()];
  const share = (count: (tally: { first: number; among: number }) => number) =>
    all.reduce((sum, tally) => sum + count(tally), 0) / pictures.length;
  return {
    model: classifier.model.id,
    n: pictures.length,
    top1: share(({ first }) => first),
    top5: share(({ among }) => among),
    perClass: [...tallies]
      .toSorted(([a], [b]) => a - b)
      .map(([classIndex, { n, first, among }]) => ({
        classIndex,
        label: labels[classIndex]?.label ?? '',
        n,
        top1: first / n,
        top5: among / n,
      })),
    confusions: [...mistakes.values()].toSorted((a, b) => b.n - a.n),
    picturesPerSecond: pictures.length / seconds,
  };
}
