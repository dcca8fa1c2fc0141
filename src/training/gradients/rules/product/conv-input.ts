import type { GradientContext } from '../../rule.ts';
import { reach, transposedWindow } from '../../window.ts';
import type { Convolution } from './convolution.ts';

/**
 * With stride 1 the gradient is the convolution of dY with the kernel turned by half a turn, its channels swapped;
 * otherwise a transposed convolution, which costs more.
 */
export function inputGradient(context: GradientContext, convolution: Convolution): string {
  const { op } = context;
  const { w, dY, window, group, input, output } = convolution;
  const { kernel, strides, dilations, pads } = window;
  const full = kernel.map((length, axis) => reach(length, dilations[axis] ?? 1) - 1);
  const around = pads.map((length, side) => (full[side % 2] ?? 0) - length);
  const size = (shape: readonly number[]): [number, number] => [shape[2] ?? 1, shape[3] ?? 1];
  if (strides.some((stride) => stride !== 1) || around.some((length) => length < 0)) {
    return transposedWindow(context, dY, w, window, size(input), size(output), group);
  }
  return op('Conv', [dY, turned(context, convolution)], {
    kernel_shape: kernel,
    dilations,
    pads: around,
    group,
  });
}

/** `[O, C/g, kh, kw]` → `[C, O/g, kh, kw]`, both spatial axes reversed. */
function turned(context: GradientContext, { w, group, weights }: Convolution): string {
  const { op, ints } = context;
  const [o = 1, c = 1, kh = 1, kw = 1] = weights;
  const reversed = [kh, kw].flatMap((length, i) => (length > 1 ? [i + 2] : []));
  const each = (value: number) => ints(reversed.map(() => value));
  const flipped =
    reversed.length === 0 ? w : op('Slice', [w, each(-1), each(-(2 ** 31)), ints(reversed), each(-1)]);
  if (group === 1) return op('Transpose', [flipped], { perm: [1, 0, 2, 3] });
  if (c === 1 && o === group) return flipped;
  const grouped = op('Reshape', [flipped, ints([group, o / group, c, kh, kw])]);
  const swapped = op('Transpose', [grouped], { perm: [0, 2, 1, 3, 4] });
  return op('Reshape', [swapped, ints([group * c, o / group, kh, kw])]);
}
