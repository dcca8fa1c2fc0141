import { floatOf } from '../../../../models/onnx/attributes.ts';
import type { GradientRule } from '../../rule.ts';

/** alpha where the output is between 0 and 1. */
export const hardSigmoid: GradientRule = {
  operators: ['HardSigmoid'],
  gradient({ node, dY: [dY = ''], op, floats }) {
    const y = node.outputs[0] ?? '';
    const inside = op('Mul', [op('Sign', [y]), op('Sign', [op('Sub', [floats(1), y])])]);
    return [op('Mul', [dY, op('Mul', [inside, floats(floatOf(node, 'alpha', 0.2))])])];
  },
};
