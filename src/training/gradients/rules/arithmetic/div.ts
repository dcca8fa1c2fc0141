import { sumTo } from '../../broadcast.ts';
import type { GradientRule } from '../../rule.ts';

/** y = a / b: dY / b, and −dY · y / b. */
export const div: GradientRule = {
  operators: ['Div'],
  gradient(context) {
    const {
      node,
      dY: [dY = ''],
      op,
      shape,
      wants,
    } = context;
    const [a = '', b = ''] = node.inputs;
    const y = node.outputs[0] ?? '';
    const first = op('Div', [dY, b]);
    return [
      wants(0) ? sumTo(context, first, shape(y), shape(a)) : undefined,
      wants(1) ? op('Neg', [sumTo(context, op('Mul', [first, y]), shape(y), shape(b))]) : undefined,
    ];
  },
};
