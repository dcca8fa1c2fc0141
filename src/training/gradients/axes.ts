import type { GradientContext } from './rule.ts';

/** Axes that a Reduce node of opset 18 goes over, none of them negative: all where it names none. */
export function reducedAxes({
  node,
  integers,
  shape,
}: Pick<GradientContext, 'node' | 'integers' | 'shape'>): readonly number[] {
  const rank = shape(node.inputs[0] ?? '').length;
  const named = integers(node.inputs[1]) ?? [];
  return named.length > 0 ? named.map((axis) => (axis < 0 ? axis + rank : axis)) : [...Array(rank).keys()];
}
