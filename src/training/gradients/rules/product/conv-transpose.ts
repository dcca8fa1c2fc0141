import { intOf } from '../../../../models/onnx/attributes.ts';
import type { GradientRule } from '../../rule.ts';
import { windowOf } from '../../window.ts';
import { weightGradient } from './conv-weights.ts';

/** A transposed convolution is the adjoint of a convolution: x and dY change places. */
export const convTranspose: GradientRule = {
  operators: ['ConvTranspose'],
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
    const window = windowOf(node, shape(w).slice(2));
    const group = intOf(node, 'group', 1);
    const { kernel, strides, dilations, pads } = window;
    const dX = () => op('Conv', [dY, w], { kernel_shape: kernel, strides, dilations, pads, group });
    const dW = () =>
      weightGradient(context, {
        x: dY,
        w,
        dY: x,
        window,
        group,
        input: shape(node.outputs[0] ?? ''),
        output: shape(x),
        weights: shape(w),
      });
    return [
      wants(0) ? dX() : undefined,
      wants(1) ? dW() : undefined,
      b && wants(2) ? op('ReduceSum', [dY, ints([0, 2, 3])], { keepdims: 0 }) : undefined,
    ];
  },
};
