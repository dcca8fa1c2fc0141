import type { GradientRule } from '../../rule.ts';

/** 1 between the bounds and 0 at and beyond them, as is usual for ReLU6. */
export const clip: GradientRule = {
  operators: ['Clip'],
  gradient({ node, dY: [dY = ''], op }) {
    const [, low, high] = node.inputs;
    const y = node.outputs[0] ?? '';
    const above = low ? op('Sign', [op('Sub', [y, low])]) : undefined;
    const below = high ? op('Sign', [op('Sub', [high, y])]) : undefined;
    const mask = above && below ? op('Mul', [above, below]) : (above ?? below);
    return [mask ? op('Mul', [dY, mask]) : dY];
  },
};
