import { intOf } from '../../../../models/onnx/attributes.ts';
import { reducedAxes } from '../../axes.ts';
import type { GradientRule } from '../../rule.ts';
import { toLargest } from './largest.ts';

export const reduceMax: GradientRule = {
  operators: ['ReduceMax'],
  gradient(context) {
    const {
      node,
      dY: [dY = ''],
      op,
      ints,
      shape,
    } = context;
    const [x = ''] = node.inputs;
    const axes = reducedAxes(context);
    const kept = shape(x).map((length, axis) => (axes.includes(axis) ? 1 : length));
    const keep = (name: string) =>
      intOf(node, 'keepdims', 1) === 1 ? name : op('Reshape', [name, ints(kept)]);
    return [toLargest(context, x, keep(node.outputs[0] ?? ''), keep(dY), axes)];
  },
};
