import type { GradientRule } from '../../rule.ts';

/** 1 where the output is positive: its sign, as it is never negative. */
export const relu: GradientRule = {
  operators: ['Relu'],
  gradient: ({ node, dY: [dY = ''], op }) => [op('Mul', [dY, op('Sign', [node.outputs[0] ?? ''])])],
};
