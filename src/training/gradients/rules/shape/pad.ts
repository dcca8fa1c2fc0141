import { stringOf } from '../../../../models/onnx/attributes.ts';
import type { GradientRule } from '../../rule.ts';

/** What was added gives nothing back; what was cut off (negative padding) gets zeros. */
export const pad: GradientRule = {
  operators: ['Pad'],
  refuses: ({ node, integers }) =>
    stringOf(node, 'mode', 'constant') !== 'constant'
      ? `mode ${stringOf(node, 'mode', 'constant')}`
      : !integers(node.inputs[1]) || (node.inputs[3] && !integers(node.inputs[3]))
        ? 'computed padding'
        : undefined,
  gradient({ node, dY: [dY = ''], op, ints, shape, integers }) {
    const rank = shape(node.inputs[0] ?? '').length;
    const axes = integers(node.inputs[3]) ?? [...Array(rank).keys()];
    const given = integers(node.inputs[1]) ?? [];
    const pads = Array.from({ length: 2 * rank }, () => 0);
    for (const [i, named] of axes.entries()) {
      const axis = named < 0 ? named + rank : named;
      pads[axis] = given[i] ?? 0;
      pads[axis + rank] = given[i + axes.length] ?? 0;
    }
    return [op('Pad', [dY, ints(pads.map((length) => -length))])];
  },
};
