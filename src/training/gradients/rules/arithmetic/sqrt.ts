import type { GradientRule } from '../../rule.ts';

/** 1 / (2y) */
export const sqrt: GradientRule = {
  operators: ['Sqrt'],
  gradient: ({ node, dY: [dY = ''], op, floats }) => [
    op('Div', [op('Mul', [dY, floats(0.5)]), node.outputs[0] ?? '']),
  ],
};
