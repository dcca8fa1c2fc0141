import { sumTo } from '../../broadcast.ts';
import type { GradientRule } from '../../rule.ts';

export const expand: GradientRule = {
  operators: ['Expand'],
  gradient(context) {
    const {
      node,
      dY: [dY = ''],
      shape,
    } = context;
    return [sumTo(context, dY, shape(node.outputs[0] ?? ''), shape(node.inputs[0] ?? ''))];
  },
};
