import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { expect, onTestFinished, test } from 'vitest';
import { type ImportedModel, importModel } from '../../src/convert/import-model.ts';
import { load } from '../../src/tasks/load.ts';
import { attr, graphModel } from './tfjs/model-builder.ts';
import { buildTflite } from './tflite/builder.ts';

const SIDE = 8;
const AREA = SIDE * SIDE;
/** One filter as large as the picture, of which the first class takes the mean gray ÷ 100 and the second nothing. */
const mean = (class_: number) => new Float32Array(AREA).fill(class_ === 0 ? 1 / (100 * AREA) : 0);
const labels = ['bright', 'dark'];
const options = { id: 'gray', task: 'classify', labels, pixels: '0..255' } as const;

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'pictor-gray-'));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}

async function fromTflite(): Promise<ImportedModel> {
  const file = buildTflite({
    tensors: [
      { name: 'picture', shape: [1, SIDE, SIDE, 1], type: 0 },
      { name: 'weight', shape: [2, SIDE, SIDE, 1], type: 0, data: Float32Array.of(...mean(0), ...mean(1)) },
      { name: 'bias', shape: [2], type: 0, data: new Float32Array(2) },
      { name: 'sums', shape: [1, 1, 1, 2], type: 0 },
      { name: 'shape', shape: [2], type: 2, data: Int32Array.of(1, 2) },
      { name: 'logits', shape: [1, 2], type: 0 },
      { name: 'probabilities', shape: [1, 2], type: 0 },
    ],
    operators: [
      {
        code: 3,
        inputs: [0, 1, 2],
        outputs: [3],
        options: { 0: ['int8', 1], 1: ['int32', 1], 2: ['int32', 1], 4: ['int32', 1], 5: ['int32', 1] },
      },
      { code: 22, inputs: [3, 4], outputs: [5] },
      { code: 25, inputs: [5], outputs: [6], options: { 0: ['float32', 1] } },
    ],
    inputs: [0],
    outputs: [6],
  });
  const path = join(await folder(), 'gray.tflite');
  await writeFile(path, file);
  return importModel(path, options);
}

async function fromTfjs(): Promise<ImportedModel> {
  const interleaved = Float32Array.from({ length: 2 * AREA }, (_, i) => mean(i % 2)[i >> 1] ?? 0);
  const { modelJson, shards } = graphModel(
    [-1, SIDE, SIDE, 1],
    [
      {
        name: 'sums',
        op: 'Conv2D',
        input: ['picture', 'weight'],
        attr: {
          strides: attr.ints(1, 1, 1, 1),
          dilations: attr.ints(1, 1, 1, 1),
          padding: attr.text('VALID'),
          data_format: attr.text('NHWC'),
        },
      },
      { name: 'logits', op: 'Reshape', input: ['sums', 'shape'] },
      { name: 'probabilities', op: 'Softmax', input: ['logits'] },
    ],
    {
      weight: { shape: [SIDE, SIDE, 1, 2], data: interleaved },
      shape: { shape: [2], data: Int32Array.of(-1, 2) },
    },
  );
  const path = await folder();
  await writeFile(join(path, 'model.json'), modelJson);
  for (const [name, bytes] of shards) await writeFile(join(path, name), bytes);
  return importModel(join(path, 'model.json'), options);
}

test.each([
  ['TensorFlow Lite', fromTflite],
  ['TensorFlow.js', fromTfjs],
])('a model of one channel sees the luma of a colour picture: %s', async (_, imported) => {
  const { model, manifest } = await imported();
  expect(manifest.input).toMatchObject({ channelOrder: 'GRAY', width: SIDE, height: SIDE });
  const path = await folder();
  await writeFile(join(path, 'gray.onnx'), model);
  await writeFile(join(path, 'gray.manifest.json'), JSON.stringify(manifest));
  await using classifier = await load(join(path, 'gray.onnx'), { task: 'classify' });
  for (const [color, luma] of [
    ['#ff0000', 76],
    ['#00ff00', 150],
    ['#0000ff', 29],
    ['#ffffff', 255],
  ] as const) {
    const create = { width: 20, height: 20, channels: 3, background: color } as const;
    const picture = await sharp({ create }).png().toBuffer();
    const { predictions } = await classifier.classify(picture);
    const bright = predictions.find(({ label }) => label === 'bright')?.score ?? 0;
    expect(bright).toBeCloseTo(1 / (1 + Math.exp(-luma / 100)), 2);
  }
});
