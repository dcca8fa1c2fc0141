import { sumTo } from '../../broadcast.ts';
import type { GradientRule } from '../../rule.ts';

export const mul: GradientRule = {
  operators: ['Mul'],
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
      wants(0) ? sumTo(context, op('Mul', [dY, b]), from, shape(a)) : undefined,
      wants(1) ? sumTo(context, op('Mul', [dY, a]), from, shape(b)) : undefined,
    ];
  },
};
