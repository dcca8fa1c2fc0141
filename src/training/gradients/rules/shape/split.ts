import { intOf } from '../../../../models/onnx/attributes.ts';
import type { GradientRule } from '../../rule.ts';

export const split: GradientRule = {
  operators: ['Split'],
  gradient({ node, dY, op, floats, ints, shape }) {
    const parts = node.outputs.map((name, i) => dY[i] ?? op('Expand', [floats(0), ints(shape(name))]));
    return [op('Concat', parts, { axis: intOf(node, 'axis', 0) })];
  },
};
