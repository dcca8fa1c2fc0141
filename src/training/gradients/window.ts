import { intsOf } from '../../models/onnx/attributes.ts';
import type { OnnxNode } from '../../models/onnx/types.ts';
import type { GradientContext } from './rule.ts';

type Pair = readonly [number, number];

/** How a kernel slides over two axes. */
export interface Window {
  readonly kernel: Pair;
  readonly strides: Pair;
  readonly dilations: Pair;
  /** Top, left, bottom, right. */
  readonly pads: readonly [number, number, number, number];
}

/** @param kernel where the node does not say, e.g. the weights' */
export function windowOf(node: OnnxNode, kernel?: readonly number[]): Window {
  const [kh = 1, kw = 1] = intsOf(node, 'kernel_shape') ?? kernel ?? [];
  const [sh = 1, sw = 1] = intsOf(node, 'strides') ?? [];
  const [dh = 1, dw = 1] = intsOf(node, 'dilations') ?? [];
  const [top = 0, left = 0, bottom = 0, right = 0] = intsOf(node, 'pads') ?? [];
  return { kernel: [kh, kw], strides: [sh, sw], dilations: [dh, dw], pads: [top, left, bottom, right] };
}

/** Cells that a kernel reaches over. */
export function reach(kernel: number, dilation: number): number {
  return (kernel - 1) * dilation + 1;
}

/**
 * The adjoint of a convolution by its input: what each output hands back to the places that it was made of.
 *
 * @param to height and width of the convolution's input, `from` those of its output
 */
export function transposedWindow(
  { op }: Pick<GradientContext, 'op'>,
  dY: string,
  weights: string,
  { kernel, strides, dilations, pads }: Window,
  to: Pair,
  from: Pair,
  group: number,
): string {
  // What the strides left out at the far end; less than nothing where a last window was allowed to stick out.
  const rest = [0, 1].map(
    (axis) =>
      (to[axis] ?? 0) -
      ((strides[axis] ?? 1) * ((from[axis] ?? 1) - 1) +
        reach(kernel[axis] ?? 1, dilations[axis] ?? 1) -
        (pads[axis] ?? 0) -
        (pads[axis + 2] ?? 0)),
  );
  return op('ConvTranspose', [dY, weights], {
    kernel_shape: kernel,
    strides,
    dilations,
    pads: pads.map((length, side) => (side < 2 ? length : length + Math.max(0, -(rest[side - 2] ?? 0)))),
    output_padding: rest.map((length) => Math.max(0, length)),
    group,
  });
}
