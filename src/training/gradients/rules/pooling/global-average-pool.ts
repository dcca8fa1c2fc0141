import { elements } from '../../../../models/onnx/values.ts';
import type { GradientRule } from '../../rule.ts';

export const globalAveragePool: GradientRule = {
  operators: ['GlobalAveragePool'],
  gradient({ node, dY: [dY = ''], op, ints, floats, shape }) {
    const full = shape(node.inputs[0] ?? '');
    return [op('Expand', [op('Mul', [dY, floats(1 / elements(full.slice(2)))]), ints(full)])];
  },
};
