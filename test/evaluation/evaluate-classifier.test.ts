import { expect, test } from 'vitest';
import { PictorError } from '../../src/errors.ts';
import { evaluateClassifier } from '../../src/evaluation/classifier.ts';
import type { ImageSource } from '../../src/image/types.ts';
import { type Manifest, manifestSchema } from '../../src/models/manifest/manifest.ts';
import type { Classifier } from '../../src/tasks/classify/classify.ts';

const labels = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((label, index) => ({ index, label }));
const model: Manifest = manifestSchema.parse({
  id: 'oracle',
  task: 'classify',
  files: [{ path: 'x.onnx', sha256: '0'.repeat(64), bytes: 1 }],
  input: { layout: 'NCHW', width: 8, height: 8, resize: { rule: 'squash' } },
  output: { decoder: 'classification', softmax: 'inside' },
  licence: 'MIT',
  source: 'test',
});

/** Answers with the classes that the picture's name lists, best first: `cab` means c, a, b. */
function oracle(): Pick<Classifier, 'classify' | 'labels' | 'model'> {
  async function one(image: ImageSource) {
    if (image === 'broken') throw new PictorError('IMAGE_CORRUPT');
    if (image === 'lost') throw new PictorError('WORKER_LOST');
    const predictions = [...String(image)].flatMap((letter) => {
      const label = labels.find((entry) => entry.label === letter);
      return label ? [{ ...label, score: 0.1 }] : [];
    });
    const picture = { format: 'png' as const, width: 1, height: 1, bytes: 1 };
    return { model: 'oracle', picture, timings: { queue: 0, decode: 0, inference: 0 }, predictions };
  }
  function classify(image: ImageSource): ReturnType<typeof one>;
  function classify(images: readonly ImageSource[]): Promise<Awaited<ReturnType<typeof one>>[]>;
  function classify(image: ImageSource | readonly ImageSource[]) {
    return Array.isArray(image) ? Promise.all(image.map(one)) : one(image as ImageSource);
  }
  return { classify, labels, model };
}

test('counts first places, places among five, mistakes and classes', async () => {
  const report = await evaluateClassifier(oracle(), [
    { image: 'abcde', classIndex: 0 },
    { image: 'bacde', classIndex: 0 },
    { image: 'bcdea', classIndex: 0 },
    { image: 'bcdef', classIndex: 0 },
    { image: 'bcdef', classIndex: 1 },
    { image: 'acdef', classIndex: 1 },
  ]);
  expect(report).toMatchObject({ model: 'oracle', n: 6, top1: 2 / 6, top5: 4 / 6, failed: [] });
  expect(report.perClass).toEqual([
    { classIndex: 0, label: 'a', n: 4, top1: 1 / 4, top5: 3 / 4 },
    { classIndex: 1, label: 'b', n: 2, top1: 1 / 2, top5: 1 / 2 },
  ]);
  expect(report.confusions).toEqual([
    { truth: 'a', predicted: 'b', n: 3 },
    { truth: 'b', predicted: 'a', n: 1 },
  ]);
});

test('a picture that cannot be read is left out and named; anything else ends the evaluation', async () => {
  const good = { image: 'abcde', classIndex: 0 };
  const report = await evaluateClassifier(oracle(), [
    good,
    { image: 'broken', name: 'x.jpg', classIndex: 0 },
  ]);
  expect(report).toMatchObject({ n: 1, top1: 1, failed: [{ name: 'x.jpg', code: 'IMAGE_CORRUPT' }] });
  await expect(evaluateClassifier(oracle(), [good, { image: 'lost', classIndex: 0 }])).rejects.toMatchObject({
    code: 'WORKER_LOST',
  });
});

test.each([[[]], [[{ image: 'broken', classIndex: 0 }]], [[{ image: 'abc', classIndex: 7 }]]])(
  'refuses %j',
  async (pictures) => {
    await expect(evaluateClassifier(oracle(), pictures)).rejects.toMatchObject({ code: 'DATASET_INVALID' });
  },
);

test('tells how far it is, up to the last picture', async () => {
  const seen: number[] = [];
  const pictures = Array.from({ length: 40 }, () => ({ image: 'abc', classIndex: 0 }));
  await evaluateClassifier(oracle(), pictures, { onProgress: ({ done }) => seen.push(done) });
  expect(seen).toEqual(Array.from({ length: 40 }, (_, i) => i + 1));
});
