import type { GradientRule } from '../../rule.ts';

/** x · h(x) with h = clip(x / 6 + 1/2, 0, 1): the gradient is h + x / 6 where 0 < h < 1, and h elsewhere. */
export const hardSwish: GradientRule = {
  operators: ['HardSwish'],
  gradient({ node, dY: [dY = ''], op, floats }) {
    const x = node.inputs[0] ?? '';
    const h = op('HardSigmoid', [x], { alpha: 1 / 6, beta: 0.5 });
    const inside = op('Mul', [op('Sign', [h]), op('Sign', [op('Sub', [floats(1), h])])]);
    const slope = op('Add', [h, op('Mul', [inside, op('Mul', [x, floats(1 / 6)])])]);
    return [op('Mul', [dY, slope])];
  },
};
