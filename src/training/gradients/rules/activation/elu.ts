import { floatOf } from '../../../../models/onnx/attributes.ts';
import type { GradientRule } from '../../rule.ts';
import { positive } from '../../step.ts';

function exponential(
  operator: string,
  defaults: { readonly alpha: number; readonly gamma: number },
): GradientRule {
  return {
    operators: [operator],
    gradient(context) {
      const {
        node,
        dY: [dY = ''],
        op,
        floats,
      } = context;
      const alpha = floatOf(node, 'alpha', defaults.alpha);
      const gamma = floatOf(node, 'gamma', defaults.gamma);
      const x = node.inputs[0] ?? '';
      const step = positive(context, x);
      // Above zero exp(min(x, 0)) is 1, which the step corrects to gamma.
      const below = op('Exp', [op('Min', [x, floats(0)])]);
      const slope = op('Add', [
        op('Mul', [below, floats(alpha * gamma)]),
        op('Mul', [step, floats(gamma - alpha * gamma)]),
      ]);
      return [op('Mul', [dY, slope])];
    },
  };
}

/** alpha · exp(x) below zero, 1 above. */
export const elu = exponential('Elu', { alpha: 1, gamma: 1 });
/** The same, times gamma (Klambauer et al., 2017). */
export const selu = exponential('Selu', {
  alpha: 1.6732632423543772,
  gamma: 1.0507009873554805,
});
