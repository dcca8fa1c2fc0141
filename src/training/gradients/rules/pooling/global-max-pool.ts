import type { GradientRule } from '../../rule.ts';
import { toLargest } from './largest.ts';

export const globalMaxPool: GradientRule = {
  operators: ['GlobalMaxPool'],
  gradient(context) {
    const {
      node,
      dY: [dY = ''],
      shape,
    } = context;
    const axes = shape(node.inputs[0] ?? '').flatMap((_, axis) => (axis < 2 ? [] : [axis]));
    return [toLargest(context, node.inputs[0] ?? '', node.outputs[0] ?? '', dY, axes)];
  },
};
