import type { Conversion } from '../conversion.ts';
import { damaged } from '../flatbuffer.ts';
import type { TfliteOperator } from '../read-model.ts';
import { axisIn, fourD, placed } from './axes.ts';
import { finish, type Handler, type Handlers, move, nhwc, ownLayout } from './handler.ts';

/** The shape of the result is known: reshape, squeeze and expand are one operation. A batch of 1 stays a batch. */
function reshape(conversion: Conversion, op: TfliteOperator): void {
  const [input, output] = [conversion.input(op, 0), conversion.output(op)];
  const count = (shape: readonly number[]) => shape.reduce((product, dim) => product * dim, 1);
  if (count(input.shape) !== count(output.shape)) throw damaged(`${output.name} reshaped to another size`);
  const batch = input.shape[0] === 1 && output.shape[0] === 1;
  const dims = batch ? [0, ...output.shape.slice(1)] : output.shape;
  move(conversion, input, output, { from: 'plain', to: 'plain' }, (x) =>
    conversion.sink.node('Reshape', [x, conversion.sink.ints(dims)]),
  );
}

function transpose(conversion: Conversion, op: TfliteOperator): void {
  const [input, output] = [conversion.input(op, 0), conversion.output(op)];
  const perm = conversion
    .integers(conversion.input(op, 1), op)
    .map((axis) => axisIn(axis, input.shape.length, op));
  if (new Set(perm).size !== input.shape.length)
    throw damaged(`operation ${op.index} (TRANSPOSE) with [${perm}]`);
  const from = fourD(input, ownLayout(conversion, input));
  const inLayout = perm.map((axis) => placed(axis, from));
  const same = inLayout.every((axis, i) => axis === i);
  move(conversion, input, output, { from, to: 'plain' }, (x) =>
    same ? x : conversion.sink.node('Transpose', [x], { perm: inLayout }),
  );
}

function concatenation(conversion: Conversion, op: TfliteOperator): void {
  const inputs = op.inputs.map((_, n) => conversion.input(op, n));
  const output = conversion.output(op);
  const channelsFirst = inputs.some((tensor) => conversion.layoutOf(tensor) === 'nchw');
  const layout = fourD(output, channelsFirst ? 'nchw' : 'plain');
  const axis = placed(axisIn(op.options?.number(0, 'int32') ?? 0, output.shape.length, op), layout);
  const value = conversion.sink.node(
    'Concat',
    inputs.map((tensor) => conversion.float(tensor, layout)),
    { axis },
  );
  finish(conversion, output, value, layout, op.options?.number(1, 'int8') ?? 0);
}

function pack(conversion: Conversion, op: TfliteOperator): void {
  const output = conversion.output(op);
  const { sink } = conversion;
  const axis = axisIn(op.options?.number(1, 'int32') ?? 0, output.shape.length, op);
  const parts = op.inputs.map((_, n) =>
    sink.node('Unsqueeze', [conversion.float(conversion.input(op, n)), sink.ints([axis])]),
  );
  conversion.putFloat(output, sink.node('Concat', parts, { axis }), 'plain');
}

function unpack(conversion: Conversion, op: TfliteOperator): void {
  const input = conversion.input(op, 0);
  const { sink } = conversion;
  const axis = axisIn(op.options?.number(1, 'int32') ?? 0, input.shape.length, op);
  const x = conversion.float(input);
  const outputs = op.outputs.map((_, n) => conversion.output(op, n));
  const sizes = sink.ints(outputs.map(() => 1));
  const parts = sink.nodeOf(
    'Split',
    [x, sizes],
    { axis },
    outputs.map((output) => `${output.name}_part`),
  );
  for (const [n, output] of outputs.entries()) {
    conversion.putFloat(output, sink.node('Squeeze', [parts[n] ?? '', sink.ints([axis])]), 'plain');
  }
}

function split(inputAt: number, axisAt: number): Handler {
  return (conversion, op) => {
    const input = conversion.input(op, inputAt);
    const rank = input.shape.length;
    const tfliteAxis = axisIn(conversion.integers(conversion.input(op, axisAt), op)[0] ?? 0, rank, op);
    const layout = fourD(input, ownLayout(conversion, input));
    const outputs = op.outputs.map((_, n) => conversion.output(op, n));
    const sizes = conversion.sink.ints(outputs.map((output) => output.shape[tfliteAxis] ?? 1));
    const parts = conversion.sink.nodeOf(
      'Split',
      [conversion.float(input, layout), sizes],
      { axis: placed(tfliteAxis, layout) },
      outputs.map((output) => `${output.name}_part`),
    );
    for (const [n, output] of outputs.entries()) conversion.putFloat(output, parts[n] ?? '', layout);
  };
}

function gather(conversion: Conversion, op: TfliteOperator): void {
  const [input, indices, output] = [conversion.input(op, 0), conversion.input(op, 1), conversion.output(op)];
  if ((op.options?.number(1, 'int32') ?? 0) !== 0) throw damaged(`operation ${op.index} (GATHER) by batches`);
  const axis = axisIn(op.options?.number(0, 'int32') ?? 0, input.shape.length, op);
  const at = conversion.stored(indices);
  move(conversion, input, output, { from: 'plain', to: 'plain' }, (x) =>
    conversion.sink.node('Gather', [x, at], { axis }),
  );
}

function reduce(opType: string): Handler {
  return (conversion, op) => {
    const { sink } = conversion;
    const [input, output] = [conversion.input(op, 0), conversion.output(op)];
    const rank = input.shape.length;
    const axes = conversion.integers(conversion.input(op, 1), op).map((axis) => axisIn(axis, rank, op));
    const keep = op.options?.flag(0) ?? false;
    const own = fourD(input, ownLayout(conversion, input));
    const removesChannelOrSpace = axes.includes(3) || (axes.includes(1) && axes.includes(2));
    const from = keep || removesChannelOrSpace ? own : 'plain';
    const x = conversion.float(input, from);
    const spatial = axes.length === 2 && axes.includes(1) && axes.includes(2) && from === 'nchw';
    if (opType === 'ReduceMean' && spatial) {
      const pooled = sink.node('GlobalAveragePool', [x]);
      if (keep) {
        conversion.putFloat(output, pooled, 'nchw');
        return;
      }
      if (!output.quantization) {
        conversion.putFloat(output, sink.node('Flatten', [pooled]), 'plain');
        return;
      }
      // Quantise before the reshape, so that the pooling is fused.
      const { scale, zeroPoint } = conversion.activationQuantization(output);
      const quantized = sink.node('QuantizeLinear', [
        pooled,
        sink.floats(scale),
        sink.zeroPoint('uint8', zeroPoint),
      ]);
      conversion.putStored(
        output,
        sink.node('Reshape', [quantized, sink.ints([0, input.shape[3] ?? -1])]),
        'plain',
      );
      return;
    }
    const placedAxes = axes.map((axis) => placed(axis, from));
    const value =
      opType === 'ReduceSum'
        ? sink.node(opType, [x, sink.ints(placedAxes)], { keepdims: keep ? 1 : 0 })
        : sink.node(opType, [x], { axes: placedAxes, keepdims: keep ? 1 : 0 });
    conversion.putFloat(output, value, keep ? from : 'plain');
  };
}

function argMax(conversion: Conversion, op: TfliteOperator): void {
  const [input, output] = [conversion.input(op, 0), conversion.output(op)];
  const axis = axisIn(conversion.integers(conversion.input(op, 1), op)[0] ?? -1, input.shape.length, op);
  const index = conversion.sink.node('ArgMax', [conversion.float(input)], { axis, keepdims: 0 });
  const value = output.type === 'int64' ? index : conversion.sink.node('Cast', [index], { to: 6 });
  conversion.putFloat(output, value, 'plain');
}

function resize(kind: 'linear' | 'nearest'): Handler {
  return (conversion, op) => {
    const { sink } = conversion;
    const [input, output] = [conversion.input(op, 0), conversion.output(op)];
    const [n, height, width, channels] = nhwc(input);
    const [, outHeight, outWidth] = nhwc(output);
    const [alignCorners, halfPixel] = kind === 'linear' ? [2, 3] : [0, 1];
    const aligned = op.options?.flag(alignCorners) ?? false;
    const half = op.options?.flag(halfPixel) ?? false;
    const centers = kind === 'nearest' ? 'tf_half_pixel_for_nn' : 'half_pixel';
    const sizes = sink.ints([n, channels, outHeight, outWidth]);
    const scales = [outHeight / height, outWidth / width].map(Math.fround);
    const exact =
      Math.floor(Math.fround(height * (scales[0] ?? 1))) === outHeight &&
      Math.floor(Math.fround(width * (scales[1] ?? 1))) === outWidth;
    const target = exact ? ['', sink.floats([1, 1, ...scales])] : ['', '', sizes];
    const value = sink.node('Resize', [conversion.float(input, 'nchw'), ...target], {
      mode: kind,
      coordinate_transformation_mode: aligned ? 'align_corners' : half ? centers : 'asymmetric',
      ...(kind === 'nearest' && { nearest_mode: aligned ? 'round_prefer_ceil' : 'floor' }),
    });
    conversion.putFloat(output, value, 'nchw');
  };
}

function blocks(opType: 'DepthToSpace' | 'SpaceToDepth'): Handler {
  return (conversion, op) => {
    const [input, output] = [conversion.input(op, 0), conversion.output(op)];
    const blocksize = op.options?.number(0, 'int32') ?? 0;
    nhwc(input);
    if (blocksize < 1) throw damaged(`operation ${op.index} (${op.op}) with blocks of ${blocksize}`);
    const value = conversion.sink.node(opType, [conversion.float(input, 'nchw')], { blocksize });
    conversion.putFloat(output, value, 'nchw');
  };
}

/** Operations that move, join, resize and reduce. */
export const SHAPES: Handlers = {
  RESHAPE: reshape,
  SQUEEZE: reshape,
  EXPAND_DIMS: reshape,
  TRANSPOSE: transpose,
  CONCATENATION: concatenation,
  PACK: pack,
  UNPACK: unpack,
  SPLIT: split(1, 0),
  SPLIT_V: split(0, 2),
  GATHER: gather,
  MEAN: reduce('ReduceMean'),
  SUM: reduce('ReduceSum'),
  REDUCE_MAX: reduce('ReduceMax'),
  REDUCE_MIN: reduce('ReduceMin'),
  ARG_MAX: argMax,
  RESIZE_BILINEAR: resize('linear'),
  RESIZE_NEAREST_NEIGHBOR: resize('nearest'),
  DEPTH_TO_SPACE: blocks('DepthToSpace'),
  SPACE_TO_DEPTH: blocks('SpaceToDepth'),
};
