import { intOf, intsOf } from '../../../../models/onnx/attributes.ts';
import { elements } from '../../../../models/onnx/values.ts';
import type { GradientRule } from '../../rule.ts';

/**
 * The pool's second output says where each maximum lay, counted over the whole tensor; the gradients are added up
 * there. MaxUnpool would do for windows that do not overlap only.
 */
export const maxPool: GradientRule = {
  operators: ['MaxPool'],
  refuses: ({ node }) =>
    intOf(node, 'storage_order', 0) !== 0
      ? 'column-major indices'
      : intsOf(node, 'dilations')?.some((step) => step !== 1)
        ? 'dilated'
        : undefined,
  gradient({ node, dY: [dY = ''], op, ints, floats, shape, extraOutput }) {
    const full = shape(node.inputs[0] ?? '');
    const count = elements(full);
    const zeros = op('Expand', [floats(0), ints([count])]);
    const flat = ints([-1]);
    const where = op('Reshape', [extraOutput(1), flat]);
    const added = op('ScatterElements', [zeros, where, op('Reshape', [dY, flat])], {
      axis: 0,
      reduction: 'add',
    });
    return [op('Reshape', [added, ints(full)])];
  },
};
