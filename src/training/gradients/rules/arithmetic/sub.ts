import { sumTo } from '../../broadcast.ts';
import type { GradientRule } from '../../rule.ts';

export const sub: GradientRule = {
  operators: ['Sub'],
  gradient(context) {
    const {
      node,
      dY: [dY = ''],
      op,
      shape,
      wants,
    } = context;
    const [a = '', b = ''] = node.inputs;
    const from = shape(node.outputs[0] ?? '');
    return [
      wants(0) ? sumTo(context, dY, from, shape(a)) : undefined,
      wants(1) ? op('Neg', [sumTo(context, dY, from, shape(b))]) : undefined,
    ];
  },
};
