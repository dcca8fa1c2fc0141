import * as tf from '@tensorflow/tfjs';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { importTfjs } from '../../../src/convert/tfjs/import-tfjs.ts';
import { disableTelemetry } from '../../../src/engine/backends/telemetry.ts';
import { decodeModel } from '../../../src/models/onnx/decode.ts';
import { expectAgreement } from './agreement.ts';
import { attr, floats, graphModel, int, ints, type NodeInput, type WeightInput } from './model-builder.ts';

disableTelemetry();
beforeAll(async () => {
  await tf.setBackend('cpu');
});

type Weights = Readonly<Record<string, WeightInput>>;
type Case = readonly [name: string, node: Omit<NodeInput, 'name'>, weights?: Weights];

const window = (stride: number, padding: string, dilation = 1) => ({
  strides: attr.ints(1, stride, stride, 1),
  dilations: attr.ints(1, dilation, dilation, 1),
  padding: attr.text(padding),
  data_format: attr.text('NHWC'),
});
const x = ['picture'];
const one = (op: string, more: Readonly<Record<string, unknown>> = {}): Case => [
  op,
  { op, input: x, attr: more },
];
const two = (op: string, shape: readonly number[], name = `${op} with [${shape}]`): Case => [
  name,
  { op, input: ['picture', 'b'] },
  { b: floats(shape, 3) },
];
const fused = (...names: string[]) => ({ fused_ops: attr.texts(...names), num_args: attr.int(1) });
const type = (name: string) => ({ T: attr.type(name) });

/** Each is one node behind a picture [N, 6, 4, 3]. */
const CASES: readonly Case[] = [
  ...[
    'Relu',
    'Relu6',
    'Elu',
    'Selu',
    'Sigmoid',
    'Tanh',
    'Softplus',
    'Abs',
    'Neg',
    'Exp',
    'Square',
    'Sin',
    'Cos',
  ].map((op) => one(op)),
  ...['Floor', 'Ceil', 'Round', 'Sign', 'Erf', 'Softmax', 'LogSoftmax', 'Expm1', 'Reciprocal'].map((op) =>
    one(op),
  ),
  one('LeakyRelu', { alpha: attr.float(0.25) }),
  ...[
    'Add',
    'AddV2',
    'Sub',
    'Mul',
    'RealDiv',
    'Maximum',
    'Minimum',
    'SquaredDifference',
    'FloorDiv',
    'FloorMod',
  ].map((op) => two(op, [3])),
  two('Add', [4, 3]),
  two('Mul', [1, 6, 1, 1]),
  two('Sub', []),
  two('BiasAdd', [3]),
  two('Prelu', [3]),
  [
    'ClipByValue',
    { op: 'ClipByValue', input: ['picture', 'low', 'high'] },
    {
      low: { shape: [], data: Float32Array.of(-0.5) },
      high: { shape: [], data: Float32Array.of(0.25) },
    },
  ],
  ...['Greater', 'GreaterEqual', 'Less', 'LessEqual', 'Equal', 'NotEqual'].map((op): Case => two(op, [3])),
  [
    'Conv2D, SAME',
    { op: 'Conv2D', input: ['picture', 'w'], attr: window(2, 'SAME') },
    { w: floats([3, 3, 3, 5]) },
  ],
  [
    'Conv2D, dilated',
    { op: 'Conv2D', input: ['picture', 'w'], attr: window(1, 'SAME', 2) },
    { w: floats([2, 2, 3, 4]) },
  ],
  [
    'Conv2D, explicit padding',
    {
      op: 'Conv2D',
      input: ['picture', 'w'],
      attr: { ...window(1, 'EXPLICIT'), explicit_paddings: attr.ints(0, 0, 1, 1, 2, 2, 0, 0) },
    },
    { w: floats([3, 3, 3, 2]) },
  ],
  [
    '_FusedConv2D with bias and Relu6',
    {
      op: '_FusedConv2D',
      input: ['picture', 'w', 'b'],
      attr: { ...window(1, 'VALID'), ...fused('BiasAdd', 'Relu6') },
    },
    { w: floats([3, 3, 3, 5]), b: floats([5], 2) },
  ],
  [
    '_FusedConv2D with bias and Prelu',
    {
      op: '_FusedConv2D',
      input: ['picture', 'w', 'b', 'a'],
      attr: { ...window(1, 'SAME'), fused_ops: attr.texts('BiasAdd', 'Prelu'), num_args: attr.int(2) },
    },
    { w: floats([3, 3, 3, 5]), b: floats([5], 2), a: floats([5], 5) },
  ],
  [
    'DepthwiseConv2dNative',
    { op: 'DepthwiseConv2dNative', input: ['picture', 'w'], attr: window(2, 'SAME') },
    { w: floats([3, 3, 3, 2]) },
  ],
  [
    'FusedDepthwiseConv2dNative',
    {
      op: 'FusedDepthwiseConv2dNative',
      input: ['picture', 'w', 'b'],
      attr: { ...window(1, 'SAME'), ...fused('BiasAdd', 'Elu') },
    },
    { w: floats([3, 3, 3, 1]), b: floats([3], 2) },
  ],
  ['MaxPool', { op: 'MaxPool', input: x, attr: { ...window(2, 'SAME'), ksize: attr.ints(1, 3, 3, 1) } }],
  ['AvgPool', { op: 'AvgPool', input: x, attr: { ...window(2, 'SAME'), ksize: attr.ints(1, 3, 3, 1) } }],
  [
    'AvgPool of all',
    { op: 'AvgPool', input: x, attr: { ...window(1, 'VALID'), ksize: attr.ints(1, 6, 4, 1) } },
  ],
  [
    'FusedBatchNormV3',
    {
      op: 'FusedBatchNormV3',
      input: ['picture', 'g', 'b', 'm', 'v'],
      attr: { epsilon: attr.float(0.01), data_format: attr.text('NHWC') },
    },
    {
      g: floats([3]),
      b: floats([3], 2),
      m: floats([3], 3),
      v: { shape: [3], data: Float32Array.of(0.5, 1, 2) },
    },
  ],
  [
    'LRN',
    {
      op: 'LRN',
      input: x,
      attr: {
        depth_radius: attr.int(1),
        bias: attr.float(1),
        alpha: attr.float(0.5),
        beta: attr.float(0.75),
      },
    },
  ],
  [
    'Pad',
    { op: 'Pad', input: ['picture', 'p'] },
    { p: { shape: [4, 2], data: Int32Array.of(0, 0, 1, 2, 3, 0, 0, 1) } },
  ],
  [
    'PadV2',
    { op: 'PadV2', input: ['picture', 'p', 'v'] },
    {
      p: { shape: [4, 2], data: Int32Array.of(0, 0, 1, 2, 0, 3, 0, 0) },
      v: { shape: [], data: Float32Array.of(7) },
    },
  ],
  [
    'MirrorPad',
    { op: 'MirrorPad', input: ['picture', 'p'], attr: { mode: attr.text('REFLECT') } },
    { p: { shape: [4, 2], data: Int32Array.of(0, 0, 1, 2, 2, 1, 0, 0) } },
  ],
  ...(
    [
      ['corners', false, false],
      ['aligned', true, false],
      ['half pixels', false, true],
    ] as const
  ).flatMap(([name, align, half]): Case[] =>
    ['ResizeBilinear', 'ResizeNearestNeighbor'].map((op) => [
      `${op}, ${name}`,
      {
        op,
        input: ['picture', 's'],
        attr: { align_corners: attr.flag(align), half_pixel_centers: attr.flag(half) },
      },
      { s: ints(11, 7) },
    ]),
  ),
  [
    'ConcatV2',
    { op: 'ConcatV2', input: ['picture', 'picture', 'axis'], attr: { N: attr.int(2) } },
    { axis: int(-1) },
  ],
  ['Mean of space', { op: 'Mean', input: ['picture', 'axes'] }, { axes: ints(1, 2) }],
  [
    'Mean of space, kept',
    { op: 'Mean', input: ['picture', 'axes'], attr: { keep_dims: attr.flag(true) } },
    { axes: ints(1, 2) },
  ],
  ['Sum of rows', { op: 'Sum', input: ['picture', 'axes'] }, { axes: ints(1) }],
  ['Max of channels', { op: 'Max', input: ['picture', 'axes'] }, { axes: ints(-1) }],
  [
    'Min of channels, kept',
    { op: 'Min', input: ['picture', 'axes'], attr: { keep_dims: attr.flag(true) } },
    { axes: ints(3) },
  ],
  ['Prod of columns', { op: 'Prod', input: ['picture', 'axes'] }, { axes: ints(2) }],
  ['ArgMax', { op: 'ArgMax', input: ['picture', 'axis'] }, { axis: int(3) }],
  ['ArgMin', { op: 'ArgMin', input: ['picture', 'axis'] }, { axis: int(1) }],
  ['Transpose', { op: 'Transpose', input: ['picture', 'perm'] }, { perm: ints(0, 3, 1, 2) }],
  ['Reshape', { op: 'Reshape', input: ['picture', 'dims'] }, { dims: ints(-1, 72) }],
  ['ExpandDims', { op: 'ExpandDims', input: ['picture', 'axis'] }, { axis: int(1) }],
  ['Slice', { op: 'Slice', input: ['picture', 'b', 's'] }, { b: ints(0, 1, 0, 1), s: ints(-1, 3, -1, 2) }],
  [
    'StridedSlice, backwards',
    {
      op: 'StridedSlice',
      input: ['picture', 'b', 'e', 's'],
      attr: { begin_mask: attr.int(5), end_mask: attr.int(13) },
    },
    { b: ints(0, 5, 0, 0), e: ints(0, 1, 0, 0), s: ints(1, -2, 1, 1) },
  ],
  [
    'StridedSlice that drops an axis',
    {
      op: 'StridedSlice',
      input: ['picture', 'b', 'e', 's'],
      attr: { begin_mask: attr.int(3), end_mask: attr.int(3), shrink_axis_mask: attr.int(4) },
    },
    { b: ints(0, 0, 1), e: ints(0, 0, 2), s: ints(1, 1, 1) },
  ],
  [
    'StridedSlice with an ellipsis and a new axis',
    {
      op: 'StridedSlice',
      input: ['picture', 'b', 'e', 's'],
      attr: { ellipsis_mask: attr.int(1), new_axis_mask: attr.int(2) },
    },
    { b: ints(0, 0, 0), e: ints(0, 0, 2), s: ints(1, 1, 1) },
  ],
  ['Tile', { op: 'Tile', input: ['picture', 'n'] }, { n: ints(1, 2, 1, 3) }],
  ['GatherV2', { op: 'GatherV2', input: ['picture', 'i', 'axis'] }, { i: ints(2, 0, 2), axis: int(2) }],
  ['TopKV2', { op: 'TopKV2', input: ['picture', 'k'], attr: { sorted: attr.flag(true) } }, { k: int(2) }],
  ['Pack', { op: 'Pack', input: ['picture', 'picture'], attr: { axis: attr.int(1), N: attr.int(2) } }],
  ['Cast', { op: 'Cast', input: x, attr: { SrcT: attr.type('DT_FLOAT'), DstT: attr.type('DT_INT32') } }],
  ['AddN', { op: 'AddN', input: ['picture', 'picture', 'picture'] }],
];

describe('one operation', () => {
  test.each(CASES.map(([name, node, weights = {}]) => ({ name, node, weights })))(
    '$name gives what TensorFlow.js gives',
    async ({ node, weights }) => {
      const files = graphModel([-1, 6, 4, 3], [{ ...node, name: 'result' }], weights);
      await expectAgreement(files, [1, 3, 6, 4]);
      await expectAgreement(files, [2, 3, 6, 4]);
    },
  );
});

describe('several operations', () => {
  const dense: readonly NodeInput[] = [
    { name: 'shape', op: 'Shape', input: ['picture'], attr: type('DT_FLOAT') },
    {
      name: 'batch',
      op: 'StridedSlice',
      input: ['shape', 'b', 'e', 's'],
      attr: { shrink_axis_mask: attr.int(1) },
    },
    { name: 'dims', op: 'Pack', input: ['batch', 'rest'], attr: { axis: attr.int(0), N: attr.int(2) } },
    { name: 'flat', op: 'Reshape', input: ['picture', 'dims'] },
    {
      name: 'result',
      op: '_FusedMatMul',
      input: ['flat', 'w', 'bias'],
      attr: { ...fused('BiasAdd', 'Relu'), transpose_a: attr.flag(false), transpose_b: attr.flag(false) },
    },
  ];
  const weights = {
    b: ints(0),
    e: ints(1),
    s: ints(1),
    rest: int(72),
    w: floats([72, 7]),
    bias: floats([7], 2),
  };

  test('a reshape by the shape of the batch leaves the batch open', async () => {
    const files = graphModel([-1, 6, 4, 3], dense, weights);
    await expectAgreement(files, [1, 3, 6, 4]);
    await expectAgreement(files, [3, 3, 6, 4]);
  });

  test('a transposed convolution undoes the shape of a convolution', async () => {
    const files = graphModel(
      [1, 5, 4, 3],
      [
        {
          name: 'result',
          op: 'Conv2DBackpropInput',
          input: ['size', 'w', 'picture'],
          attr: { ...window(2, 'SAME'), T: attr.type('DT_FLOAT') },
        },
      ],
      { size: ints(1, 10, 7, 2), w: floats([3, 3, 2, 3]) },
    );
    await expectAgreement(files, [1, 3, 5, 4]);
  });

  test('channels become space', async () => {
    const files = graphModel(
      [-1, 6, 4, 3],
      [
        { name: 'wide', op: 'Conv2D', input: ['picture', 'w'], attr: window(1, 'SAME') },
        {
          name: 'result',
          op: 'DepthToSpace',
          input: ['wide'],
          attr: { block_size: attr.int(2), data_format: attr.text('NHWC') },
        },
      ],
      { w: floats([1, 1, 3, 8]) },
    );
    await expectAgreement(files, [2, 3, 6, 4]);
  });

  test('split, and a part by its number', async () => {
    const files = graphModel(
      [1, 6, 4, 3],
      [
        { name: 'parts', op: 'Split', input: ['axis', 'picture'], attr: { num_split: attr.int(3) } },
        { name: 'result', op: 'Sub', input: ['parts:2', 'parts'] },
      ],
      { axis: int(3) },
    );
    await expectAgreement(files, [1, 3, 6, 4]);
  });

  test('whole numbers are divided downwards', async () => {
    const files = graphModel(
      [1, 6, 4, 3],
      [
        { name: 'scaled', op: 'Mul', input: ['picture', 'ten'] },
        {
          name: 'whole',
          op: 'Cast',
          input: ['scaled'],
          attr: { SrcT: attr.type('DT_FLOAT'), DstT: attr.type('DT_INT32') },
        },
        { name: 'divided', op: 'FloorDiv', input: ['whole', 'three'], attr: type('DT_INT32') },
        { name: 'rest', op: 'FloorMod', input: ['whole', 'three'], attr: type('DT_INT32') },
        { name: 'result', op: 'Add', input: ['divided', 'rest'], attr: type('DT_INT32') },
      ],
      { ten: { shape: [], data: Float32Array.of(10) }, three: int(3) },
    );
    await expectAgreement(files, [1, 3, 6, 4]);
  });

  test('a chain of convolutions and sums has no transposes', () => {
    const files = graphModel(
      [-1, 8, 8, 3],
      [
        { name: 'a', op: 'Conv2D', input: ['picture', 'w'], attr: window(1, 'SAME') },
        { name: 'b', op: 'AddV2', input: ['a', 'picture'] },
        { name: 'c', op: 'Mul', input: ['b', 'row'] },
        { name: 'd', op: 'ConcatV2', input: ['c', 'a', 'axis'] },
        {
          name: 'e',
          op: 'MaxPool',
          input: ['d'],
          attr: { ...window(2, 'SAME'), ksize: attr.ints(1, 2, 2, 1) },
        },
        { name: 'result', op: 'Mean', input: ['e', 'axes'] },
      ],
      { w: floats([3, 3, 3, 3]), row: floats([8, 3]), axis: int(3), axes: ints(1, 2) },
    );
    const { model } = importTfjs(files, { id: 'small' });
    expect(decodeModel(model).graph.nodes.map(({ opType }) => opType)).not.toContain('Transpose');
  });
});

describe('random shapes', () => {
  test('convolutions of every size, stride, padding and dilation', async () => {
    const side = fc.integer({ min: 1, max: 9 });
    await fc.assert(
      fc.asyncProperty(
        side,
        side,
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 1, max: 3 }),
        fc.integer({ min: 1, max: 2 }),
        fc.constantFrom('SAME', 'VALID'),
        fc.boolean(),
        async (height, width, kernel, stride, dilation, padding, depthwise) => {
          const reach = (kernel - 1) * dilation + 1;
          fc.pre(padding === 'SAME' || (reach <= height && reach <= width));
          fc.pre(stride === 1 || dilation === 1);
          const files = graphModel(
            [-1, height, width, 3],
            [
              {
                name: 'result',
                op: depthwise ? 'DepthwiseConv2dNative' : 'Conv2D',
                input: ['picture', 'w'],
                attr: window(stride, padding, dilation),
              },
            ],
            { w: floats([kernel, kernel, 3, 2]) },
          );
          await expectAgreement(files, [1, 3, height, width]);
        },
      ),
      { numRuns: 60 },
    );
  });

  test('sums broadcast as in TensorFlow', async () => {
    const dim = fc.constantFrom('one', 'same');
    await fc.assert(
      fc.asyncProperty(
        fc.array(dim, { maxLength: 3 }),
        fc.integer({ min: 1, max: 5 }),
        async (kinds, height) => {
          const full = [height, 4, 3];
          const shape = kinds.map((kind, i) => (kind === 'one' ? 1 : (full[i + 3 - kinds.length] ?? 1)));
          const files = graphModel(
            [-1, height, 4, 3],
            [{ name: 'result', op: 'Add', input: ['picture', 'b'] }],
            { b: floats(shape) },
          );
          await expectAgreement(files, [2, 3, height, 4]);
        },
      ),
      { numRuns: 30 },
    );
  });
});
