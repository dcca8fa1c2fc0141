import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import type { Session, TensorMap } from '../../src/engine/types.ts';
import { preparePicture } from '../../src/image/prepare.ts';
import { type ManifestInput, manifestSchema } from '../../src/models/manifest/manifest.ts';
import { createClassifier } from '../../src/tasks/classify/classify.ts';
import { createDetector } from '../../src/tasks/detect/detect.ts';
import { createEmbedder } from '../../src/tasks/embed/embed.ts';
import { createModerator, verdictOf } from '../../src/tasks/moderate/moderate.ts';

const picture = await sharp({ create: { width: 200, height: 100, channels: 3, background: 'red' } })
  .png()
  .toBuffer();

/** A session whose graph answers the same to every picture; reading and placing the picture are real. */
function sessionOf(part: Pick<ManifestInput, 'task' | 'output' | 'labels'>, outputs: TensorMap): Session {
  const manifest = manifestSchema.parse({
    id: 'constant',
    files: [{ path: 'x.onnx', sha256: '0'.repeat(64), bytes: 1 }],
    input: { layout: 'NCHW', width: 64, height: 64, resize: { rule: 'letterbox' } },
    licence: 'MIT',
    source: 'test',
    ...part,
  });
  return {
    model: { manifest, path: 'x.onnx', origin: 'path' },
    backend: 'native',
    state: { kind: 'ready', backend: 'native' },
    inputs: [],
    outputs: [],
    async infer(bytes) {
      const { info, placement } = await preparePicture(bytes, manifest.input);
      return { outputs, picture: info, placement, timings: { queue: 0, decode: 0, inference: 0 } };
    },
    run: async () => outputs,
    close: async () => {},
    [Symbol.asyncDispose]: async () => {},
  };
}

const floats = (dims: number[], values: number[]) => ({
  out: { type: 'float32' as const, dims, data: Float32Array.from(values) },
});

describe('classify', () => {
  const labels = { names: ['a', 'b', 'c'] };
  const of = (softmax: 'inside' | 'outside' | 'sigmoid', values: number[], classOffset = 0) =>
    createClassifier(
      sessionOf(
        { task: 'classify', labels, output: { decoder: 'classification', softmax, classOffset } },
        floats([1, values.length], values),
      ),
    );

  test('ranks probabilities, ties in class order', async () => {
    const { predictions } = await of('inside', [0.25, 0.5, 0.25]).classify(picture);
    expect(predictions.map(({ label }) => label)).toEqual(['b', 'a', 'c']);
  });

  test('makes probabilities of logits, and drops the background class after that', async () => {
    const { predictions } = await of('outside', [1000, 1000, 0, 0], 1).classify(picture);
    expect(predictions[0]).toMatchObject({ label: 'a', index: 0, score: 0.5 });
    const [first] = (await of('sigmoid', [0, -9, -9]).classify(picture)).predictions;
    expect(first?.score).toBe(0.5);
  });

  test('answers an array with an array, and honours topK and minScore', async () => {
    const answers = await of('inside', [0.6, 0.3, 0.1]).classify([picture, picture], {
      topK: 2,
      minScore: 0.5,
    });
    expect(answers.map(({ predictions }) => predictions.length)).toEqual([1, 1]);
  });

  test('gives all classes where fewer than topK exist', async () => {
    const { predictions } = await of('inside', [0.6, 0.3, 0.1]).classify(picture, { topK: 1000 });
    expect(predictions.map(({ label }) => label)).toEqual(['a', 'b', 'c']);
  });

  test.each([
    { topK: 0 },
    { topK: -1 },
    { topK: Number.POSITIVE_INFINITY },
    { topK: 1.5 },
    { minScore: 2 },
    { minScore: Number.NaN },
  ])('refuses %o', async (options) => {
    await expect(of('inside', [1, 0, 0]).classify(picture, options)).rejects.toMatchObject({
      code: 'OPTION_INVALID',
    });
  });

  test('stops when it is told to', async () => {
    const signal = AbortSignal.abort();
    await expect(of('inside', [1, 0, 0]).classify(picture, { signal })).rejects.toMatchObject({
      code: 'ABORTED',
    });
  });
});

describe('detect', () => {
  // 200×100 in 64×64: scale 0.32, 16 rows of filling above and below.
  const rows = [
    [0, 16, 32, 48, 0.9, 16],
    [1, 16, 33, 48, 0.8, 16],
    [1, 16, 33, 48, 0.7, 0],
    [-9, 0, 80, 64, 0.4, 2],
  ];
  const detector = createDetector(
    sessionOf(
      { task: 'detect', labels: 'coco-80', output: { decoder: 'centernet' } },
      floats([1, 4, 6], rows.flat()),
    ),
  );

  test('suppresses within a class, maps boxes to the original and clips them', async () => {
    const { detections } = await detector.detect(picture);
    expect(detections.map(({ label }) => label)).toEqual([
      expect.stringMatching(/dog|horse|cat/),
      'person',
      'car',
    ]);
    expect(detections[0]?.box.x).toBeCloseTo(0, 4);
    expect(detections[0]?.box.width).toBeCloseTo(100, 4);
    expect(detections[0]?.box.height).toBeCloseTo(100, 4);
    expect(detections[2]?.box).toEqual({ x: 0, y: 0, width: 200, height: 100 });
  });

  test('filters by name in either language and refuses a name that it does not know', async () => {
    const { detections } = await detector.detect(picture, { include: ['人'] });
    expect(detections.map(({ label }) => label)).toEqual(['person']);
    await expect(detector.detect(picture, { include: ['persn'] })).rejects.toMatchObject({
      code: 'OPTION_INVALID',
    });
  });

  test('cuts the finds out, in their order, with a margin that stays inside', async () => {
    const { detections, crops } = await detector.crops(picture, {
      minScore: 0.5,
      margin: 0.1,
      format: 'png',
    });
    const sizes = await Promise.all(crops.map(async (bytes) => sharp(bytes).metadata()));
    expect(detections.map(({ label }) => label)).toEqual([expect.any(String), 'person']);
    expect(sizes).toMatchObject([
      { format: 'png', width: 110, height: 100 },
      { format: 'png', width: 114, height: 100 },
    ]);
    await expect(detector.crops(picture, { margin: -1 })).rejects.toMatchObject({ code: 'OPTION_INVALID' });
  });

  test('tags with category and instances, filtered by category', async () => {
    const { tags } = await detector.tag(picture, { exclude: ['Animal', '人物'] });
    expect(tags).toMatchObject([{ label: 'car', category: { en: 'Vehicle', zh: '交通工具' } }]);
    expect(tags[0]?.instances).toHaveLength(1);
  });
});

test('embed averages feature maps and scales them to length 1', async () => {
  const session = sessionOf(
    { task: 'embed', output: { decoder: 'embedding' } },
    floats([1, 2, 1, 2], [2, 4, 3, 5]),
  );
  const embedder = createEmbedder(session, 'out');
  expect([...(await embedder.embed(picture)).vector]).toEqual([3, 4]);
  const { vector } = await embedder.embed(picture, { normalize: true });
  expect(vector[0]).toBeCloseTo(0.6, 6);
});

test('moderate gives a verdict by the documented thresholds', async () => {
  const session = sessionOf(
    { task: 'moderate', labels: 'nsfw-5', output: { decoder: 'classification', softmax: 'inside' } },
    floats([1, 5], [0, 0.4, 0.2, 0.35, 0.05]),
  );
  expect((await createModerator(session).moderate(picture)).verdict).toBe('block');
  expect(verdictOf({ Neutral: 1 })).toBe('pass');
  expect(verdictOf({ Porn: 0.3 })).toBe('review');
  expect(verdictOf({ Sexy: 0.9 })).toBe('review');
});
