import type { GradientContext } from './rule.ts';

/** Sums a gradient over the axes along which an input of the given shape was repeated. */
export function sumTo(
  { op, ints }: Pick<GradientContext, 'op' | 'ints'>,
  gradient: string,
  from: readonly number[],
  to: readonly number[],
): string {
  const missing = from.length - to.length;
  const axes = from.flatMap((length, axis) =>
    axis < missing || (to[axis - missing] === 1 && length !== 1) ? [axis] : [],
  );
  if (axes.length === 0) return gradient;
  const sum = op('ReduceSum', [gradient, ints(axes)], { keepdims: 1 });
  return missing === 0 ? sum : op('Reshape', [sum, ints(to)]);
}
