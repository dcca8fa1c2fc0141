import type { GradientRule } from '../../rule.ts';

/** y · (1 − y) */
export const sigmoid: GradientRule = {
  operators: ['Sigmoid'],
  gradient({ node, dY: [dY = ''], op, floats }) {
    const y = node.outputs[0] ?? '';
    return [op('Mul', [dY, op('Mul', [y, op('Sub', [floats(1), y])])])];
  },
};
