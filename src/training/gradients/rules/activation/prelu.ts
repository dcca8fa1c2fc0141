import { sumTo } from '../../broadcast.ts';
import type { GradientRule } from '../../rule.ts';
import { positive } from '../../step.ts';

export const prelu: GradientRule = {
  operators: ['PRelu'],
  gradient(context) {
    const {
      node,
      dY: [dY = ''],
      op,
      floats,
      shape,
      wants,
    } = context;
    const [x = '', slope = ''] = node.inputs;
    const step = positive(context, x);
    const rest = op('Sub', [floats(1), step]);
    const dX = wants(0) ? op('Mul', [dY, op('Add', [step, op('Mul', [rest, slope])])]) : undefined;
    if (!wants(1)) return [dX];
    const full = op('Mul', [dY, op('Mul', [x, rest])]);
    return [dX, sumTo(context, full, shape(x), shape(slope))];
  },
};
