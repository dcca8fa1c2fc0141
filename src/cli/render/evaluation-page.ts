import { writeFile } from 'node:fs/promises';
import { PictorError } from '../../errors.ts';
import type { LabelledPicture } from '../../evaluation/classifier.ts';
import type { ImageSource } from '../../image/types.ts';
import type { Classifier } from '../../tasks/classify/classify.ts';
import type { Classification, ClassifyOptions } from '../../tasks/types.ts';
import { evaluationPage } from '../../training/report/evaluate-to-page.ts';

type Evaluated = Pick<Classifier, 'classify' | 'labels' | 'model'>;

/** A classifier that looks at each picture once, however often it is asked. */
export function remembering(classifier: Evaluated): Evaluated {
  const answers = new Map<ImageSource, Promise<Classification>>();
  async function one(
    image: ImageSource,
    { topK = 5, ...options }: ClassifyOptions = {},
  ): Promise<Classification> {
    const known =
      answers.get(image) ?? classifier.classify(image, { ...options, topK: classifier.labels.length });
    answers.set(image, known);
    const answer = await known;
    return { ...answer, predictions: answer.predictions.slice(0, topK) };
  }
  function classify(image: ImageSource, options?: ClassifyOptions): Promise<Classification>;
  function classify(images: readonly ImageSource[], options?: ClassifyOptions): Promise<Classification[]>;
  async function classify(image: ImageSource | readonly ImageSource[], options?: ClassifyOptions) {
    return isList(image) ? Promise.all(image.map((each) => one(each, options))) : one(image, options);
  }
  return { labels: classifier.labels, model: classifier.model, classify };
}

/** @throws FILE_WRITE_FAILED */
export async function writeEvaluationPage(
  file: string,
  classifier: Evaluated,
  pictures: readonly LabelledPicture[],
  dataset: string,
): Promise<void> {
  const html = await evaluationPage(classifier, pictures, dataset);
  await writeFile(file, html).catch((cause: unknown) => {
    throw new PictorError('FILE_WRITE_FAILED', { received: file, cause });
  });
}

function isList(image: ImageSource | readonly ImageSource[]): image is readonly ImageSource[] {
  return Array.isArray(image);
}
