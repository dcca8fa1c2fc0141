import { intsOf } from '../../../../models/onnx/attributes.ts';
import type { GradientRule } from '../../rule.ts';

export const transpose: GradientRule = {
  operators: ['Transpose'],
  gradient({ node, dY: [dY = ''], op, shape }) {
    const rank = shape(node.inputs[0] ?? '').length;
    const perm = intsOf(node, 'perm') ?? [...Array(rank).keys()].toReversed();
    return [op('Transpose', [dY], { perm: perm.map((_, axis) => perm.indexOf(axis)) })];
  },
};
