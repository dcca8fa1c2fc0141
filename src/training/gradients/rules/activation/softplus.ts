import type { GradientRule } from '../../rule.ts';

export const softplus: GradientRule = {
  operators: ['Softplus'],
  gradient: ({ node, dY: [dY = ''], op }) => [op('Mul', [dY, op('Sigmoid', [node.inputs[0] ?? ''])])],
};
