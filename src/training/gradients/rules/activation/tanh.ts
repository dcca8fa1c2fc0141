import type { GradientRule } from '../../rule.ts';

/** 1 − y² */
export const tanh: GradientRule = {
  operators: ['Tanh'],
  gradient({ node, dY: [dY = ''], op, floats }) {
    const y = node.outputs[0] ?? '';
    return [op('Mul', [dY, op('Sub', [floats(1), op('Mul', [y, y])])])];
  },
};
