import { sumTo } from '../../broadcast.ts';
import type { GradientRule } from '../../rule.ts';

/** dA = dY·Bᵀ, dB = Aᵀ·dY, summed over what was repeated. */
export const matMul: GradientRule = {
  operators: ['MatMul'],
  refuses: ({ node, shape }) =>
    node.inputs.some((name) => shape(name).length < 2) ? 'a vector as operand' : undefined,
  gradient(context) {
    const {
      node,
      dY: [dY = ''],
      op,
      shape,
      wants,
    } = context;
    const [a = '', b = ''] = node.inputs;
    const batch = shape(node.outputs[0] ?? '').slice(0, -2);
    const swapped = (name: string) => {
      const rank = shape(name).length;
      const perm = [...Array(rank - 2).keys(), rank - 1, rank - 2];
      return op('Transpose', [name], { perm });
    };
    const dA = () =>
      sumTo(context, op('MatMul', [dY, swapped(b)]), [...batch, ...shape(a).slice(-2)], shape(a));
    const dB = () =>
      sumTo(context, op('MatMul', [swapped(a), dY]), [...batch, ...shape(b).slice(-2)], shape(b));
    return [wants(0) ? dA() : undefined, wants(1) ? dB() : undefined];
  },
};
