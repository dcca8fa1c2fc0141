import type { GradientRule } from '../../rule.ts';

export const exp: GradientRule = {
  operators: ['Exp'],
  gradient: ({ node, dY: [dY = ''], op }) => [op('Mul', [dY, node.outputs[0] ?? ''])],
};

export const log: GradientRule = {
  operators: ['Log'],
  gradient: ({ node, dY: [dY = ''], op }) => [op('Div', [dY, node.inputs[0] ?? ''])],
};
