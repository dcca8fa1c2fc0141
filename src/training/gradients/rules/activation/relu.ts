import type { GradientRule } from '../../rule.ts';
import { positive } from '../../step.ts';

export const relu: GradientRule = {
  operators: ['Relu'],
  gradient: (context) => {
    const {
      node,
      dY: [dY = ''],
      op,
    } = context;
    return [op('Mul', [dY, positive(context, node.outputs[0] ?? '')])];
  },
};
