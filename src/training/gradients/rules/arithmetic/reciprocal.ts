import type { GradientRule } from '../../rule.ts';

/** −y² */
export const reciprocal: GradientRule = {
  operators: ['Reciprocal'],
  gradient({ node, dY: [dY = ''], op }) {
    const y = node.outputs[0] ?? '';
    return [op('Neg', [op('Mul', [dY, op('Mul', [y, y])])])];
  },
};
