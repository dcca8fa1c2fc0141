import { intOf } from '../../../../models/onnx/attributes.ts';
import type { GradientRule } from '../../rule.ts';
import { windowOf } from '../../window.ts';
import { inputGradient } from './conv-input.ts';
import { weightGradient } from './conv-weights.ts';

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
    const convolution = {
      x,
      w,
      dY,
      window: windowOf(node, shape(w).slice(2)),
      group: intOf(node, 'group', 1),
      input: shape(x),
      output: shape(node.outputs[0] ?? ''),
      weights: shape(w),
    };
    return [
      wants(0) ? inputGradient(context, convolution) : undefined,
      wants(1) ? weightGradient(context, convolution) : undefined,
      b && wants(2) ? op('ReduceSum', [dY, ints([0, 2, 3])], { keepdims: 0 }) : undefined,
    ];
  },
};
