import type { GradientRule } from '../../rule.ts';

export const negate: GradientRule = {
  operators: ['Neg'],
  gradient: ({ dY: [dY = ''], op }) => [op('Neg', [dY])],
};
