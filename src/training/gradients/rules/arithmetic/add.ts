import { sumTo } from '../../broadcast.ts';
import type { GradientRule } from '../../rule.ts';

export const add: GradientRule = {
  operators: ['Add'],
  gradient(context) {
    const {
      node,
      dY: [dY = ''],
      shape,
      wants,
    } = context;
    const from = shape(node.outputs[0] ?? '');
    return node.inputs.map((name, i) => (wants(i) ? sumTo(context, dY, from, shape(name)) : undefined));
  },
};
