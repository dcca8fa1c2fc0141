import { reducedAxes } from '../../axes.ts';
import type { GradientRule } from '../../rule.ts';

function spreading(operator: string, share: (count: number) => number): GradientRule {
  return {
    operators: [operator],
    gradient(context) {
      const {
        node,
        dY: [dY = ''],
        op,
        ints,
        floats,
        shape,
      } = context;
      const full = shape(node.inputs[0] ?? '');
      const axes = reducedAxes(context);
      const kept = full.map((length, axis) => (axes.includes(axis) ? 1 : length));
      const factor = share(axes.reduce((product, axis) => product * (full[axis] ?? 1), 1));
      const each = factor === 1 ? dY : op('Mul', [dY, floats(factor)]);
      return [op('Expand', [op('Reshape', [each, ints(kept)]), ints(full)])];
    },
  };
}

export const reduceMean = spreading('ReduceMean', (count) => 1 / count);
export const reduceSum = spreading('ReduceSum', () => 1);
