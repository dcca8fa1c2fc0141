import { floatOf, intOf } from '../../../../models/onnx/attributes.ts';
import { sumTo } from '../../broadcast.ts';
import type { GradientRule } from '../../rule.ts';

/** Y = α·A'·B' + β·C, where ' may transpose. */
export const gemm: GradientRule = {
  operators: ['Gemm'],
  gradient(context) {
    const {
      node,
      dY: [dY = ''],
      op,
      floats,
      shape,
      wants,
    } = context;
    const [a = '', b = '', c = ''] = node.inputs;
    const [transA, transB] = [intOf(node, 'transA', 0) === 1, intOf(node, 'transB', 0) === 1];
    const alpha = { float: floatOf(node, 'alpha', 1) };
    const product = (left: string, right: string, leftT: boolean, rightT: boolean) =>
      op('Gemm', [left, right], { transA: leftT ? 1 : 0, transB: rightT ? 1 : 0, alpha });
    const dA = () => (transA ? product(b, dY, transB, true) : product(dY, b, false, !transB));
    const dB = () => (transB ? product(dY, a, true, transA) : product(a, dY, !transA, false));
    const dC = () => {
      const sum = sumTo(context, dY, shape(node.outputs[0] ?? ''), shape(c));
      const beta = floatOf(node, 'beta', 1);
      return beta === 1 ? sum : op('Mul', [sum, floats(beta)]);
    };
    return [wants(0) ? dA() : undefined, wants(1) ? dB() : undefined, c && wants(2) ? dC() : undefined];
  },
};
