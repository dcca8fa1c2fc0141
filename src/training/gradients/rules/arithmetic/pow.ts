import { sumTo } from '../../broadcast.ts';
import type { GradientRule } from '../../rule.ts';

/** e · x^(e−1), by the base only: no known network learns an exponent. */
export const pow: GradientRule = {
  operators: ['Pow'],
  gradient(context) {
    const {
      node,
      dY: [dY = ''],
      op,
      shape,
      floats,
    } = context;
    const [x = '', e = ''] = node.inputs;
    const slope = op('Mul', [e, op('Pow', [x, op('Sub', [e, floats(1)])])]);
    return [sumTo(context, op('Mul', [dY, slope]), shape(node.outputs[0] ?? ''), shape(x))];
  },
};
