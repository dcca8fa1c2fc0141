import { PictorError } from '../../errors.ts';
import type { LabelledPicture } from '../../evaluation/classifier.ts';
import { type EvaluateOptions, runOver } from '../../evaluation/run-over.ts';
import type { Classifier } from '../../tasks/classify/classify.ts';
import { renderEvaluation } from './html/render-evaluation.ts';
import { measure } from './measures.ts';
import { thumbnailsFor } from './thumbnails.ts';

/**
 * Measures a classifier on labelled pictures and writes the page of a training's report about it, whatever made the
 * model.
 *
 * @param pictures files
 * @throws DATASET_INVALID, ABORTED, and what `classify` throws
 * @example
 * const html = await evaluationPage(classifier, [{ image: 'cat.jpg', name: 'cat.jpg', classIndex: 0 }], 'cats');
 */
export async function evaluationPage(
  classifier: Pick<Classifier, 'classify' | 'labels' | 'model'>,
  pictures: readonly LabelledPicture[],
  dataset: string,
  options: EvaluateOptions = {},
): Promise<string> {
  const { labels } = classifier;
  const { results } = await runOver(
    pictures,
    async ({ image, name = '', classIndex }, signal) => {
      const { predictions } = await classifier.classify(image, { topK: labels.length, signal });
      const scores = new Float32Array(labels.length);
      for (const { index, score } of predictions) scores[index] = score;
      return { name, image, classIndex, scores };
    },
    options,
  );
  if (results.length === 0) {
    throw new PictorError('DATASET_INVALID', { expected: 'at least one picture that can be read' });
  }
  const data = new Float32Array(results.length * labels.length);
  for (const [row, { scores }] of results.entries()) data.set(scores, row * labels.length);
  const measures = measure(
    { rows: results.length, columns: labels.length, data },
    results.map(({ classIndex }) => classIndex),
    results.map(({ name }) => name),
    labels.map(({ label }) => label),
  );
  const files = results.flatMap(({ name, image }) =>
    typeof image === 'string' ? [{ name, path: image }] : [],
  );
  const thumbnails = await thumbnailsFor({ pictures: files }, measures, []);
  return renderEvaluation({ model: classifier.model.id, dataset }, measures, thumbnails);
}
