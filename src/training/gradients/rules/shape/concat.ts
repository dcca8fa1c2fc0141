import { intOf } from '../../../../models/onnx/attributes.ts';
import type { GradientRule } from '../../rule.ts';

export const concat: GradientRule = {
  operators: ['Concat'],
  gradient({ node, dY: [dY = ''], op, ops, ints, shape, wants }) {
    const axis = intOf(node, 'axis', 1);
    const lengths = node.inputs.map((name) => shape(name).at(axis) ?? 0);
    const wanted = lengths.flatMap((_, i) => (wants(i) ? [i] : []));
    // A slice is enough where the rest would be thrown away.
    if (wanted.length * 2 > lengths.length)
      return ops('Split', [dY, ints(lengths)], { axis }, lengths.length);
    return lengths.map((length, i) => {
      if (!wants(i)) return undefined;
      const start = lengths.slice(0, i).reduce((sum, each) => sum + each, 0);
      return op('Slice', [dY, ints([start]), ints([start + length]), ints([axis])]);
    });
  },
};
