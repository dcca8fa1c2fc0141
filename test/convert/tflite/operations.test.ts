import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, test } from 'vitest';
import { importTflite } from '../../../src/convert/tflite/import-tflite.ts';
import { loadNativeBackend } from '../../../src/engine/backends/native.ts';
import { disableTelemetry } from '../../../src/engine/backends/telemetry.ts';
import { buildTflite, type OperatorInput, type Options } from './builder.ts';

disableTelemetry();
const SHAPE = [1, 6, 4, 3] as const;
const X = Float32Array.from({ length: 72 }, (_, i) => Math.sin(i * 1.7) * 4);
const picture = () => tf.tensor4d(X, [...SHAPE]);

beforeAll(async () => {
  await tf.setBackend('cpu');
});

/** Runs one operation (or a few) on the picture, as converted; constants come after the picture. */
async function converted(
  operators: readonly OperatorInput[],
  constants: readonly (Int32Array | { readonly shape: readonly number[]; readonly data: Float32Array })[],
  results: readonly (readonly number[])[],
): Promise<number[]> {
  const tensors = [
    { name: 'picture', shape: SHAPE, type: 0 },
    ...constants.map((value, i) =>
      value instanceof Int32Array
        ? { name: `constant${i}`, shape: [value.length], type: 2, data: value }
        : { name: `constant${i}`, shape: value.shape, type: 0, data: value.data },
    ),
    ...results.map((shape, i) => ({ name: `result${i}`, shape, type: 0 })),
  ];
  const { model } = importTflite(
    buildTflite({ tensors, operators, inputs: [0], outputs: [tensors.length - 1] }),
    { id: 'small', task: 'embed' },
  );
  const session = await (await loadNativeBackend()).load(model, { intraOpThreads: 1 });
  const data = Float32Array.from({ length: 72 }, (_, i) => X[(i % 24) * 3 + Math.floor(i / 24)] ?? 0);
  const outputs = await session.run({ picture: { type: 'float32', dims: [1, 3, 6, 4], data } });
  await session.dispose();
  return [...(Object.values(outputs)[0]?.data ?? [])].map(Number);
}

const ints = (...values: number[]) => Int32Array.from(values);
const floats = (shape: readonly number[]) => ({
  shape,
  data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => Math.cos(i * 2.3) + 1.5),
});
type Constants = Parameters<typeof converted>[1];
type Case = readonly [string, number, Constants, Options, () => tf.Tensor];

const tensorOf = (shape: number[]) => tf.tensor(floats(shape).data, shape);
const CASES: readonly Case[] = [
  ['ADD with a row of channels', 0, [floats([3])], {}, () => picture().add(tensorOf([3]))],
  ['MUL with one value a pixel', 18, [floats([1, 6, 4, 1])], {}, () => picture().mul(tensorOf([1, 6, 4, 1]))],
  [
    'SUB with a row of pixels',
    41,
    [floats([4, 3])],
    { 0: ['int8', 3] },
    () =>
      picture()
        .sub(tensorOf([4, 3]))
        .relu6(),
  ],
  [
    'CONCATENATION',
    2,
    [floats([1, 6, 4, 2])],
    { 0: ['int32', 3] },
    () => tf.concat([picture(), tensorOf([1, 6, 4, 2])], 3),
  ],
  [
    'PAD',
    34,
    [ints(0, 0, 1, 2, 3, 0, 0, 1)],
    {},
    () =>
      picture().pad([
        [0, 0],
        [1, 2],
        [3, 0],
        [0, 1],
      ]),
  ],
  [
    'MIRROR_PAD',
    100,
    [ints(0, 0, 1, 1, 2, 1, 0, 0)],
    {},
    () =>
      picture().mirrorPad(
        [
          [0, 0],
          [1, 1],
          [2, 1],
          [0, 0],
        ],
        'reflect',
      ),
  ],
  ['MEAN of space', 40, [ints(1, 2)], {}, () => picture().mean([1, 2])],
  ['MEAN of channels, kept', 40, [ints(-1)], { 0: ['int8', 1] }, () => picture().mean([3], true)],
  ['SUM of rows', 74, [ints(1)], {}, () => picture().sum([1])],
  ['REDUCE_MAX of channels', 82, [ints(3)], {}, () => picture().max([3])],
  [
    'MAX_POOL_2D, SAME',
    17,
    [],
    { 0: ['int8', 0], 1: ['int32', 2], 2: ['int32', 2], 3: ['int32', 3], 4: ['int32', 3] },
    () => tf.maxPool(picture(), 3, 2, 'same'),
  ],
  [
    'AVERAGE_POOL_2D, SAME',
    1,
    [],
    { 0: ['int8', 0], 1: ['int32', 2], 2: ['int32', 2], 3: ['int32', 3], 4: ['int32', 3] },
    () => tf.avgPool(picture(), 3, 2, 'same'),
  ],
  ['RESIZE_BILINEAR', 23, [ints(9, 7)], {}, () => tf.image.resizeBilinear(picture(), [9, 7])],
  [
    'RESIZE_BILINEAR, half pixels',
    23,
    [ints(12, 8)],
    { 3: ['int8', 1] },
    () => tf.image.resizeBilinear(picture(), [12, 8], false, true),
  ],
  [
    'RESIZE_BILINEAR, aligned corners',
    23,
    [ints(11, 5)],
    { 2: ['int8', 1] },
    () => tf.image.resizeBilinear(picture(), [11, 5], true),
  ],
  [
    'RESIZE_NEAREST_NEIGHBOR',
    97,
    [ints(12, 8)],
    {},
    () => tf.image.resizeNearestNeighbor(picture(), [12, 8]),
  ],
  ['TRANSPOSE', 39, [ints(0, 2, 3, 1)], {}, () => picture().transpose([0, 2, 3, 1])],
  ['RESHAPE', 22, [], {}, () => picture().reshape([1, 72])],
  ['SLICE', 65, [ints(0, 1, 0, 1), ints(1, 3, -1, 2)], {}, () => picture().slice([0, 1, 0, 1], [1, 3, 4, 2])],
  [
    'STRIDED_SLICE',
    45,
    [ints(0, 1, 0, 0), ints(1, 6, 4, 2), ints(1, 2, 3, 1)],
    {},
    () => picture().stridedSlice([0, 1, 0, 0], [1, 6, 4, 2], [1, 2, 3, 1]),
  ],
  [
    'STRIDED_SLICE that drops an axis',
    45,
    [ints(0, 2, 0, 0), ints(0, 3, 0, 0), ints(1, 1, 1, 1)],
    { 0: ['int32', 13], 1: ['int32', 13], 4: ['int32', 2] },
    () => picture().slice([0, 2, 0, 0], [1, 1, 4, 3]).reshape([1, 4, 3]),
  ],
  [
    'SPACE_TO_DEPTH',
    26,
    [],
    { 0: ['int32', 2] },
    () =>
      tf
        .spaceToBatchND(
          picture(),
          [2, 2],
          [
            [0, 0],
            [0, 0],
          ],
        )
        .reshape([2, 2, 1, 3, 2, 3])
        .transpose([2, 3, 4, 0, 1, 5])
        .reshape([1, 3, 2, 12]),
  ],
  ['SOFTMAX', 25, [], { 0: ['float32', 1] }, () => tf.softmax(picture(), 3)],
  ['L2_NORMALIZATION', 11, [], {}, () => picture().div(picture().square().sum(3, true).sqrt())],
  ['HARD_SWISH', 117, [], {}, () => picture().mul(picture().add(3).relu6()).div(6)],
  ['LEAKY_RELU', 98, [], { 0: ['float32', 0.25] }, () => tf.leakyRelu(picture(), 0.25)],
  ['PRELU', 54, [floats([1, 1, 3])], {}, () => tf.prelu(picture(), tensorOf([1, 1, 3]))],
  ['GELU', 150, [], {}, () => picture().mul(0.5).mul(picture().div(Math.SQRT2).erf().add(1))],
  ['ELU', 111, [], {}, () => tf.elu(picture())],
  ['SQUARED_DIFFERENCE', 99, [floats([3])], {}, () => picture().squaredDifference(tensorOf([3]))],
];

test.each(CASES)('%s gives what TensorFlow gives', async (_name, code, constants, options, reference) => {
  const wanted = reference();
  const inputs = [0, ...constants.map((_, i) => i + 1)];
  const got = await converted([{ code, inputs, outputs: [inputs.length], options }], constants, [
    wanted.shape,
  ]);
  const values = [...wanted.dataSync()];
  expect(got.length).toBe(values.length);
  for (const [i, value] of values.entries()) expect(got[i]).toBeCloseTo(value, 4);
});

test('TRANSPOSE_CONV undoes the shape of a convolution', async () => {
  const weight = floats([2, 3, 3, 3]);
  const got = await converted(
    [
      {
        code: 67,
        inputs: [1, 2, 0],
        outputs: [3],
        options: { 0: ['int8', 0], 1: ['int32', 2], 2: ['int32', 2] },
      },
    ],
    [ints(1, 12, 8, 2), weight],
    [[1, 12, 8, 2]],
  );
  const filter = tf.tensor4d(weight.data, [2, 3, 3, 3]).transpose<tf.Tensor4D>([1, 2, 0, 3]);
  const wanted = tf.conv2dTranspose(picture(), filter, [1, 12, 8, 2], 2, 'same').dataSync();
  expect(got.length).toBe(wanted.length);
  for (const [i, value] of wanted.entries()) expect(got[i]).toBeCloseTo(value, 3);
});

test('a value of rank 3 that was computed is broadcast along the rows', async () => {
  const got = await converted(
    [
      { code: 74, inputs: [0, 1], outputs: [2] },
      { code: 0, inputs: [0, 2], outputs: [3] },
    ],
    [ints(1)],
    [
      [1, 4, 3],
      [1, 6, 4, 3],
    ],
  );
  const wanted = picture()
    .add(picture().sum([1]))
    .dataSync();
  for (const [i, value] of wanted.entries()) expect(got[i]).toBeCloseTo(value, 4);
});
