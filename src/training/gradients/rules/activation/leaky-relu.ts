import { floatOf } from '../../../../models/onnx/attributes.ts';
import type { GradientRule } from '../../rule.ts';
import { positive } from '../../step.ts';

export const leakyRelu: GradientRule = {
  operators: ['LeakyRelu'],
  gradient(context) {
    const {
      node,
      dY: [dY = ''],
      op,
      floats,
    } = context;
    const alpha = floatOf(node, 'alpha', 0.01);
    // alpha + (1 - alpha) * [x > 0]
    const step = positive(context, node.inputs[0] ?? '');
    const slope = op('Add', [op('Mul', [step, floats(1 - alpha)]), floats(alpha)]);
    return [op('Mul', [dY, slope])];
  },
};
