import { intOf } from '../../../../models/onnx/attributes.ts';
import { elements } from '../../../../models/onnx/values.ts';
import type { GradientRule } from '../../rule.ts';
import { transposedWindow, windowOf } from '../../window.ts';

/** Every place gets its share of each window it lies in: a transposed convolution with ones, one channel at a time. */
export const averagePool: GradientRule = {
  operators: ['AveragePool'],
  refuses: ({ node, shape }) =>
    shape(node.inputs[0] ?? '').length === 4 ? undefined : 'other than 2 spatial axes',
  gradient(context) {
    const {
      node,
      dY: [dY = ''],
      op,
      ints,
      floats,
      shape,
    } = context;
    const [n = 1, c = 1, h = 1, w = 1] = shape(node.inputs[0] ?? '');
    const [, , oh = 1, ow = 1] = shape(node.outputs[0] ?? '');
    const window = windowOf(node);
    const shares = new Float32Array(oh * ow);
    const padded = intOf(node, 'count_include_pad', 0) === 1;
    for (let y = 0; y < oh; y++) {
      for (let x = 0; x < ow; x++) {
        const rows = covered(
          y,
          window.kernel[0],
          window.strides[0],
          window.dilations[0],
          window.pads[0],
          window.pads[2],
          h,
          padded,
        );
        const columns = covered(
          x,
          window.kernel[1],
          window.strides[1],
          window.dilations[1],
          window.pads[1],
          window.pads[3],
          w,
          padded,
        );
        shares[y * ow + x] = 1 / (rows * columns);
      }
    }
    const flat = op('Reshape', [op('Mul', [dY, floats(shares, [1, 1, oh, ow])]), ints([n * c, 1, oh, ow])]);
    const ones = floats(new Float32Array(elements(window.kernel)).fill(1), [1, 1, ...window.kernel]);
    const spread = transposedWindow(context, flat, ones, window, [h, w], [oh, ow], 1);
    return [op('Reshape', [spread, ints([n, c, h, w])])];
  },
};

/** Places of one axis that a window averages over; padding counts only where `padded` says so. */
function covered(
  at: number,
  kernel: number,
  stride: number,
  dilation: number,
  before: number,
  after: number,
  length: number,
  padded: boolean,
): number {
  let count = 0;
  for (let k = 0; k < kernel; k++) {
    const place = at * stride + k * dilation - before;
    const inside = place >= 0 && place < length;
    if (inside || (padded && place >= -before && place < length + after)) count++;
  }
  return count;
}
