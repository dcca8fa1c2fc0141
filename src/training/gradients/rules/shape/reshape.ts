import type { GradientRule } from '../../rule.ts';

export const reshape: GradientRule = {
  operators: ['Reshape'],
  gradient: ({ node, dY: [dY = ''], op, ints, shape }) => [
    op('Reshape', [dY, ints(shape(node.inputs[0] ?? ''))]),
  ],
};
