import { intOf } from '../../../../models/onnx/attributes.ts';
import type { GradientContext, GradientRule } from '../../rule.ts';
import { reach, windowOf } from '../../window.ts';
import { inputGradient } from './conv-input.ts';
import { weightGradient } from './conv-weights.ts';
import type { Convolution } from './convolution.ts';

/** Any stride, dilation, padding and grouping over two axes. */
export const conv: GradientRule = {
  operators: ['Conv'],
  refuses: ({ node, shape }) =>
    shape(node.inputs[0] ?? '').length === 4 ? undefined : 'other than 2 spatial axes',
  gradient(context) {
    const {
      node,
      dY: [dY = ''],
      op,
      ints,
      shape,
      wants,
    } = context;
    const [x = '', w = '', b = ''] = node.inputs;
    const convolution = withoutEmptyEdge(context, {
      x,
      w,
      dY,
      window: windowOf(node, shape(w).slice(2)),
      group: intOf(node, 'group', 1),
      input: shape(x),
      output: shape(node.outputs[0] ?? ''),
      weights: shape(w),
    });
    return [
      wants(0) ? inputGradient(context, convolution) : undefined,
      wants(1) ? weightGradient(context, convolution) : undefined,
      b && wants(2) ? op('ReduceSum', [dY, ints([0, 2, 3])], { keepdims: 0 }) : undefined,
    ];
  },
};

/**
 * Leaves out the rows and columns of dY whose windows saw nothing but padding, as with a padded 1x1 kernel (SqueezeNet's
 * last layer): they reach no input and no weight, and without them there is a cheaper form.
 */
function withoutEmptyEdge({ op, ints }: GradientContext, convolution: Convolution): Convolution {
  const { window, dY, output } = convolution;
  const { kernel, strides, dilations, pads } = window;
  const empty = pads.map((length, side) =>
    Math.max(0, length - reach(kernel[side % 2] ?? 1, dilations[side % 2] ?? 1) + 1),
  );
  if (strides.some((stride) => stride !== 1) || empty.every((length) => length === 0)) return convolution;
  const [n = 1, channels = 1, height = 1, width = 1] = output;
  const [top = 0, left = 0, bottom = 0, right = 0] = empty;
  const inner = op('Slice', [dY, ints([top, left]), ints([height - bottom, width - right]), ints([2, 3])]);
  const [a = 0, b = 0, c = 0, d = 0] = pads.map((length, side) => length - (empty[side] ?? 0));
  return {
    ...convolution,
    dY: inner,
    output: [n, channels, height - top - bottom, width - left - right],
    window: { ...window, pads: [a, b, c, d] },
  };
}
