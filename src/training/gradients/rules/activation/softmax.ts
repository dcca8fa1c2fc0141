import { intOf } from '../../../../models/onnx/attributes.ts';
import type { GradientRule } from '../../rule.ts';

/** Softmax: y · (dY − Σ dY·y). LogSoftmax: dY − exp(y) · Σ dY. */
export const softmax: GradientRule = {
  operators: ['Softmax', 'LogSoftmax'],
  gradient({ node, dY: [dY = ''], op, ints }) {
    const y = node.outputs[0] ?? '';
    const axes = ints([intOf(node, 'axis', -1)]);
    if (node.opType === 'LogSoftmax') {
      const sum = op('ReduceSum', [dY, axes], { keepdims: 1 });
      return [op('Sub', [dY, op('Mul', [op('Exp', [y]), sum])])];
    }
    const sum = op('ReduceSum', [op('Mul', [dY, y]), axes], { keepdims: 1 });
    return [op('Mul', [y, op('Sub', [dY, sum])])];
  },
};
