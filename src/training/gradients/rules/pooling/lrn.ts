import { floatOf, intOf } from '../../../../models/onnx/attributes.ts';
import type { GradientRule } from '../../rule.ts';

/**
 * y = x · s^−β with s = k + α/n · Σ x² over neighbouring channels:
 * dX = dY · s^−β − 2αβ/n · x · Σ dY · y / s, over the mirrored neighbourhood.
 *
 * @see Krizhevsky et al., "ImageNet Classification with Deep Convolutional Neural Networks", 2012, section 3.3
 */
export const lrn: GradientRule = {
  operators: ['LRN'],
  refuses: ({ node, shape }) =>
    shape(node.inputs[0] ?? '').length === 4 ? undefined : 'other than 2 spatial axes',
  gradient({ node, dY: [dY = ''], op, floats, ints, shape }) {
    const [x = ''] = node.inputs;
    const y = node.outputs[0] ?? '';
    const [n = 1, c = 1, h = 1, w = 1] = shape(x);
    const size = intOf(node, 'size', 1);
    const alpha = floatOf(node, 'alpha', 1e-4);
    const beta = floatOf(node, 'beta', 0.75);
    const before = Math.floor((size - 1) / 2);
    const after = size - 1 - before;
    const ones = floats(new Float32Array(size).fill(1), [1, 1, size, 1]);
    // Channels become rows, so that a convolution with ones sums over neighbours.
    const sum = (tensor: string, first: number, last: number): string => {
      const rows = op('Reshape', [tensor, ints([n, 1, c, h * w])]);
      const summed = op('Conv', [rows, ones], { kernel_shape: [size, 1], pads: [first, 0, last, 0] });
      return op('Reshape', [summed, ints([n, c, h, w])]);
    };
    const squares = sum(op('Mul', [x, x]), before, after);
    const s = op('Add', [op('Mul', [squares, floats(alpha / size)]), floats(floatOf(node, 'bias', 1))]);
    const direct = op('Mul', [dY, op('Pow', [s, floats(-beta)])]);
    const shared = sum(op('Div', [op('Mul', [dY, y]), s]), after, before);
    return [op('Sub', [direct, op('Mul', [op('Mul', [x, shared]), floats((2 * alpha * beta) / size)])])];
  },
};
