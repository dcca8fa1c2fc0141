import type { GradientRule } from '../../rule.ts';

/** 2/√π · exp(−x²), for GELU. */
export const erf: GradientRule = {
  operators: ['Erf'],
  gradient({ node, dY: [dY = ''], op, floats }) {
    const x = node.inputs[0] ?? '';
    const bell = op('Exp', [op('Neg', [op('Mul', [x, x])])]);
    return [op('Mul', [dY, op('Mul', [bell, floats(2 / Math.sqrt(Math.PI))])])];
  },
};
