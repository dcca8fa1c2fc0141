import { ELEMENT } from '../../../../models/onnx/types.ts';
import type { GradientContext } from '../../rule.ts';

/** Hands a gradient to the largest values along the axes, in equal parts where there are several. */
export function toLargest(
  { op, ints }: Pick<GradientContext, 'op' | 'ints'>,
  x: string,
  largest: string,
  dY: string,
  axes: readonly number[],
): string {
  const mask = op('Cast', [op('Equal', [x, largest])], { to: ELEMENT.float32 });
  const ties = op('ReduceSum', [mask, ints(axes)], { keepdims: 1 });
  return op('Mul', [mask, op('Div', [dY, ties])]);
}
