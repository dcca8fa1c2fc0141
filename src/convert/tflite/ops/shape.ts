import { type Conversion, type Layout, NCHW_AXIS } from '../conversion.ts';
import { damaged } from '../flatbuffer.ts';
import type { TfliteOperator, TfliteTensor } from '../read-model.ts';
import { finish, type Handler, type Handlers, move, nhwc, ownLayout } from './handler.ts';

/** An axis of the tensor, not negative. */
function axisIn(axis: number, rank: number, op: TfliteOperator): number {
  const positive = axis < 0 ? axis + rank : axis;
  if (!Number.isInteger(positive) || positive < 0 || positive >= rank) {
    throw damaged(`operation ${op.index} (${op.op}) with axis ${axis} of ${rank}`);
  }
  return positive;
}

/** Where an axis of TensorFlow Lite lies in a layout. */
function placed(axis: number, layout: Layout): number {
  return layout === 'nchw' ? (NCHW_AXIS[axis] ?? axis) : axis;
}

/** A list with one value an axis, in the order of a layout. */
function ordered(values: readonly number[], layout: Layout): number[] {
  const [n = 0, h = 0, w = 0, c = 0] = values;
  return layout === 'nchw' ? [n, c, h, w] : [...values];
}

function fourD(tensor: TfliteTensor, layout: Layout): Layout {
  return tensor.shape.length === 4 ? layout : 'plain';
}

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

function slice(conversion: Conversion, op: TfliteOperator): void {
  const [input, output] = [conversion.input(op, 0), conversion.output(op)];
  const begin = conversion.integers(conversion.input(op, 1), op);
  const size = conversion.integers(conversion.input(op, 2), op);
  if (begin.length !== input.shape.length || size.length !== begin.length)
    throw damaged(`operation ${op.index} (SLICE)`);
  const ends = begin.map((at, i) => ((size[i] ?? -1) < 0 ? (input.shape[i] ?? 0) : at + (size[i] ?? 0)));
  emitSlice(conversion, input, output, { begin, ends, steps: begin.map(() => 1) });
}

function stridedSlice(conversion: Conversion, op: TfliteOperator): void {
  const [input, output] = [conversion.input(op, 0), conversion.output(op)];
  const [begin = [], end = [], steps = []] = [1, 2, 3].map((n) =>
    conversion.integers(conversion.input(op, n), op),
  );
  const mask = (field: number) => op.options?.number(field, 'int32') ?? 0;
  const rank = input.shape.length;
  if (
    mask(2) !== 0 ||
    mask(3) !== 0 ||
    begin.length !== rank ||
    end.length !== rank ||
    steps.length !== rank
  ) {
    throw damaged(`operation ${op.index} (STRIDED_SLICE) with an ellipsis or a new axis`);
  }
  if (steps.includes(0)) throw damaged(`operation ${op.index} (STRIDED_SLICE) with a step of 0`);
  const shrink = mask(4);
  const bit = (bits: number, i: number) => (bits & (1 << i)) !== 0;
  const starts = begin.map((at, i) =>
    bit(mask(0), i) && !bit(shrink, i) ? ((steps[i] ?? 1) > 0 ? 0 : 2 ** 31 - 1) : at,
  );
  const ends = end.map((at, i) => {
    if (bit(shrink, i)) return begin[i] === -1 ? 2 ** 31 - 1 : (begin[i] ?? 0) + 1;
    return bit(mask(1), i) ? ((steps[i] ?? 1) > 0 ? 2 ** 31 - 1 : -(2 ** 31)) : at;
  });
  const shrunk = begin.flatMap((_, i) => (bit(shrink, i) ? [i] : []));
  emitSlice(conversion, input, output, { begin: starts, ends, steps, shrunk });
}

interface SliceRange {
  readonly begin: readonly number[];
  readonly ends: readonly number[];
  readonly steps: readonly number[];
  /** Axes of length 1 that disappear. */
  readonly shrunk?: readonly number[];
}

function emitSlice(
  conversion: Conversion,
  input: TfliteTensor,
  output: TfliteTensor,
  range: SliceRange,
): void {
  const { sink } = conversion;
  const { shrunk = [] } = range;
  const from = shrunk.length > 0 ? 'plain' : fourD(input, ownLayout(conversion, input));
  // Axes that stay whole are left out, so that a batch of any size passes.
  const cut = input.shape.flatMap((size, i) =>
    range.begin[i] === 0 && (range.ends[i] ?? 0) >= size && range.steps[i] === 1 ? [] : [i],
  );
  move(conversion, input, output, { from, to: from }, (x) => {
    const of = (values: readonly number[]) => sink.ints(cut.map((i) => values[i] ?? 0));
    const axes = sink.ints(cut.map((i) => placed(i, from)));
    const part = cut.length
      ? sink.node('Slice', [x, of(range.begin), of(range.ends), axes, of(range.steps)])
      : x;
    return shrunk.length > 0 ? sink.node('Squeeze', [part, sink.ints(shrunk)]) : part;
  });
}

function pad(conversion: Conversion, op: TfliteOperator): void {
  const [input, output] = [conversion.input(op, 0), conversion.output(op)];
  const pairs = conversion.integers(conversion.input(op, 1), op);
  const rank = input.shape.length;
  if (pairs.length !== rank * 2 || pairs.some((pad) => pad < 0))
    throw damaged(`operation ${op.index} (${op.op})`);
  const layout = fourD(input, ownLayout(conversion, input));
  const begins = ordered(
    pairs.filter((_, i) => i % 2 === 0),
    layout,
  );
  const ends = ordered(
    pairs.filter((_, i) => i % 2 === 1),
    layout,
  );
  const pads = conversion.sink.ints([...begins, ...ends]);
  if (op.op === 'MIRROR_PAD') {
    if ((op.options?.number(0, 'int8') ?? 0) !== 0) throw damaged('a MIRROR_PAD that repeats the border');
    const value = conversion.sink.node('Pad', [conversion.float(input, layout), pads], { mode: 'reflect' });
    conversion.putFloat(output, value, layout);
    return;
  }
  const given = conversion.optional(op, 2);
  if (given || !input.quantization) {
    const inputs = [conversion.float(input, layout), pads, ...(given ? [conversion.float(given)] : [])];
    conversion.putFloat(output, conversion.sink.node('Pad', inputs), layout);
    return;
  }
  // Zero, as a quantised tensor stores it.
  const { zeroPoint } = conversion.activationQuantization(input);
  if (typeof zeroPoint !== 'number') throw damaged(`${input.name} computed with one scale a channel`);
  const zero = conversion.sink.zeroPoint('uint8', zeroPoint);
  move(conversion, input, output, { from: layout, to: layout }, (x) =>
    conversion.sink.node('Pad', [x, pads, zero]),
  );
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

/** Operations that move, cut, join, resize and reduce. */
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
  SLICE: slice,
  STRIDED_SLICE: stridedSlice,
  PAD: pad,
  PADV2: pad,
  MIRROR_PAD: pad,
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
