import type { Conversion } from '../conversion.ts';
import { damaged } from '../flatbuffer.ts';
import type { TfliteOperator, TfliteTensor } from '../read-model.ts';
import { fourD, ordered, placed } from './axes.ts';
import { type Handlers, move, ownLayout } from './handler.ts';

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

/** Operations that cut parts out, or put a border around. */
export const SLICES: Handlers = {
  SLICE: slice,
  STRIDED_SLICE: stridedSlice,
  PAD: pad,
  PADV2: pad,
  MIRROR_PAD: pad,
};
