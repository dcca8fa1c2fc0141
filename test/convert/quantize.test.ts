import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { compareModels } from '../../src/convert/quantize/compare.ts';
import { quantizeLocal } from '../../src/convert/quantize/quantize-local.ts';
import { quantizeModel } from '../../src/convert/quantize/quantize-model.ts';
import { importTflite } from '../../src/convert/tflite/import-tflite.ts';
import type { TensorMap } from '../../src/engine/types.ts';
import { decodeModel } from '../../src/models/onnx/decode.ts';
import { dataPath, describeWithData } from '../support/data.ts';
import { squeezenetReference } from '../support/squeezenet.ts';
import { buildTflite } from './tflite/builder.ts';

function noise(length: number, seed: number, size: number): Float32Array {
  return Float32Array.from({ length }, (_, i) => Math.sin((i + 1) * 12.9898 + seed * 7.1) * size);
}

/** A convolution with Relu, a pooling, a dense layer. */
const small = importTflite(
  buildTflite({
    tensors: [
      { name: 'picture', shape: [1, 12, 12, 3], type: 0 },
      { name: 'weight', shape: [16, 3, 3, 3], type: 0, data: noise(432, 1, 0.3) },
      { name: 'bias', shape: [16], type: 0, data: noise(16, 2, 0.5) },
      { name: 'features', shape: [1, 12, 12, 16], type: 0 },
      { name: 'axes', shape: [2], type: 2, data: Int32Array.of(1, 2) },
      { name: 'mean', shape: [1, 16], type: 0 },
      { name: 'dense', shape: [5, 16], type: 0, data: noise(80, 3, 0.8) },
      { name: 'scores', shape: [1, 5], type: 0 },
    ],
    operators: [
      {
        code: 3,
        inputs: [0, 1, 2],
        outputs: [3],
        options: { 1: ['int32', 1], 2: ['int32', 1], 3: ['int8', 1] },
      },
      { code: 40, inputs: [3, 4], outputs: [5] },
      { code: 9, inputs: [5, 6, -1], outputs: [7] },
    ],
    inputs: [0],
    outputs: [7],
  }),
  { id: 'small' },
).model;

const samples: TensorMap[] = Array.from({ length: 12 }, (_, i) => ({
  picture: { type: 'float32', dims: [1, 3, 12, 12], data: noise(432, i + 10, 1 + i / 10) },
}));

test.each(['min-max', 'percentile'] as const)('8 bits change the outputs little (%s)', async (method) => {
  const { model, quantizedNodes } = await quantizeModel(small, samples, { method, reduceRange: false });
  const { signalToNoiseDb } = await compareModels(small, model, samples);
  expect(quantizedNodes).toBeGreaterThanOrEqual(3);
  expect(signalToNoiseDb).toBeGreaterThan(25);
});

test('7-bit weights lose a little more', async () => {
  const eight = await quantizeModel(small, samples, { reduceRange: false });
  const seven = await quantizeModel(small, samples, { reduceRange: true });
  const [a, b] = [
    await compareModels(small, eight.model, samples),
    await compareModels(small, seven.model, samples),
  ];
  expect(b.signalToNoiseDb).toBeGreaterThan(20);
  expect(a.signalToNoiseDb).toBeGreaterThan(b.signalToNoiseDb - 3);
});

test('named nodes stay float', async () => {
  const { weightedNodes } = await quantizeModel(small, samples);
  expect(weightedNodes.length).toBe(2);
  const kept = await quantizeModel(small, samples, { keepFloat: weightedNodes.slice(0, 1) });
  expect(kept.weightedNodes).toEqual(weightedNodes.slice(1));
});

test('no pictures, or nothing to quantise, is an error', async () => {
  await expect(quantizeModel(small, [])).rejects.toMatchObject({ code: 'DATASET_INVALID' });
  const { weightedNodes } = await quantizeModel(small, samples);
  await expect(quantizeModel(small, samples, { keepFloat: weightedNodes })).rejects.toMatchObject({
    code: 'FEATURE_UNSUPPORTED',
  });
  await expect(quantizeModel(Uint8Array.of(1, 2, 3), samples)).rejects.toMatchObject({
    code: 'MODEL_FILE_INVALID',
  });
});

describeWithData('SqueezeNet in 8 bits', () => {
  test('is a quarter of the size and answers almost alike', async () => {
    const files = readdirSync(dataPath('imagenet')).filter((file) => file.endsWith('.JPEG'));
    const sources = files.slice(0, 120).map((file) => dataPath('imagenet', file));
    const result = await quantizeLocal(squeezenetReference(), sources, { pictures: 60 });
    expect(result.heldOut).toBe(true);
    expect(result.comparison.pictures).toBe(60);
    expect(result.comparison.sameTop1).toBeGreaterThanOrEqual(0.8);
    expect(result.model.byteLength).toBeLessThan(result.floatBytes * 0.3);
    expect(result.manifest.id).toBe('squeezenet1.1-caffe-int8');
    const weights = decodeModel(result.model).graph.initializers.filter(({ dataType }) => dataType === 3);
    expect(weights.length).toBeGreaterThanOrEqual(26);
    expect(readFileSync(dataPath('models', 'squeezenet1.1.onnx')).length).toBe(result.floatBytes);
  }, 60_000);
});
