import type { GradientContext } from '../../rule.ts';
import { type Convolution, isDepthwise, isPointwise } from './convolution.ts';

/** dW, in the form that costs least for the geometry. */
export function weightGradient(context: GradientContext, convolution: Convolution): string {
  if (isPointwise(convolution)) return pointwise(context, convolution);
  if (isDepthwise(convolution)) return depthwise(context, convolution);
  const { group, x, dY, input, output, weights } = convolution;
  if (group === 1) return byTaps(context, convolution);
  const { ops, op, ints } = context;
  const share = (length = 0) => Array.from({ length: group }, () => length / group);
  const xs = ops('Split', [x, ints(share(input[1]))], { axis: 1 }, group);
  const dYs = ops('Split', [dY, ints(share(output[1]))], { axis: 1 }, group);
  const of = (shape: readonly number[], axis: number) =>
    shape.map((length, i) => (i === axis ? length / group : length));
  const parts = xs.map((each, i) =>
    weightGradient(context, {
      ...convolution,
      group: 1,
      x: each,
      dY: dYs[i] ?? '',
      input: of(input, 1),
      output: of(output, 1),
      weights: of(weights, 0),
    }),
  );
  return op('Concat', parts, { axis: 0 });
}

/** `[N, C, H, W]` → `[C, N·H·W]` */
function rows(context: GradientContext, tensor: string, channels: number): string {
  const { op, ints } = context;
  return op('Reshape', [op('Transpose', [tensor], { perm: [1, 0, 2, 3] }), ints([channels, -1])]);
}

/** The input as the kernel's cell (i, j) meets it, for all outputs. */
function tap(
  context: GradientContext,
  padded: string,
  { window, output }: Convolution,
  i: number,
  j: number,
): string {
  const { op, ints } = context;
  const { strides, dilations } = window;
  const [, , oh = 1, ow = 1] = output;
  const [top, left] = [i * dilations[0], j * dilations[1]];
  const ends = [top + (oh - 1) * strides[0] + 1, left + (ow - 1) * strides[1] + 1];
  return op('Slice', [padded, ints([top, left]), ints(ends), ints([2, 3]), ints(strides)]);
}

function withPadding({ op, ints }: GradientContext, tensor: string, { window }: Convolution): string {
  const [top, left, bottom, right] = window.pads;
  if (window.pads.every((length) => length === 0)) return tensor;
  return op('Pad', [tensor, ints([0, 0, top, left, 0, 0, bottom, right])]);
}

function pointwise(context: GradientContext, convolution: Convolution): string {
  const { op, ints } = context;
  const { x, dY, window, input, output, weights } = convolution;
  const seen = window.strides.every((stride) => stride === 1) ? x : tap(context, x, convolution, 0, 0);
  const product = op('Gemm', [rows(context, dY, output[1] ?? 1), rows(context, seen, input[1] ?? 1)], {
    transB: 1,
  });
  return op('Reshape', [product, ints(weights)]);
}

function depthwise(context: GradientContext, convolution: Convolution): string {
  const { op, ints } = context;
  const { x, dY, window, weights } = convolution;
  const padded = withPadding(context, x, convolution);
  const sums: string[] = [];
  for (let i = 0; i < window.kernel[0]; i++) {
    for (let j = 0; j < window.kernel[1]; j++) {
      const product = op('Mul', [tap(context, padded, convolution, i, j), dY]);
      sums.push(op('ReduceSum', [product, ints([0, 2, 3])], { keepdims: 1 }));
    }
  }
  return op('Reshape', [
    sums.length === 1 ? (sums[0] ?? '') : op('Concat', sums, { axis: 3 }),
    ints(weights),
  ]);
}

/** One matrix product for each cell of the kernel. */
function byTaps(context: GradientContext, convolution: Convolution): string {
  const { op, ints } = context;
  const { x, dY, window, input, output, weights } = convolution;
  const [o = 1, c = 1] = [output[1], input[1]];
  const columns = op('Transpose', [withPadding(context, x, convolution)], { perm: [1, 0, 2, 3] });
  const left = rows(context, dY, o);
  const products: string[] = [];
  for (let i = 0; i < window.kernel[0]; i++) {
    for (let j = 0; j < window.kernel[1]; j++) {
      const right = op('Reshape', [tap(context, columns, convolution, i, j), ints([c, -1])]);
      products.push(op('Reshape', [op('Gemm', [left, right], { transB: 1 }), ints([1, o, c])]));
    }
  }
  const joined = products.length === 1 ? (products[0] ?? '') : op('Concat', products, { axis: 0 });
  // One transposition of the whole costs a tenth of putting single values side by side.
  return op('Reshape', [op('Transpose', [joined], { perm: [1, 2, 0] }), ints(weights)]);
}
