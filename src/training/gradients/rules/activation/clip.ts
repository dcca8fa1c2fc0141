import { ELEMENT } from '../../../../models/onnx/types.ts';
import type { GradientRule } from '../../rule.ts';

/**
 * 1 between the bounds and 0 at and beyond them, as is usual for ReLU6: what a clip to the next smaller range leaves as
 * it is lies between them.
 */
export const clip: GradientRule = {
  operators: ['Clip'],
  refuses: ({ node, scalar }) =>
    node.inputs.slice(1).some((name) => name !== '' && scalar(name) === undefined)
      ? 'computed bounds'
      : undefined,
  gradient({ node, dY: [dY = ''], op, floats, scalar }) {
    const [, low, high] = node.inputs;
    if (!low && !high) return [dY];
    const y = node.outputs[0] ?? '';
    const bounds = [
      low ? floats(next(scalar(low) ?? 0, 1)) : '',
      ...(high ? [floats(next(scalar(high) ?? 0, -1))] : []),
    ];
    const inside = op('Cast', [op('Equal', [op('Clip', [y, ...bounds]), y])], { to: ELEMENT.float32 });
    return [op('Mul', [dY, inside])];
  },
};

/** The nearest float32 above or below a value. */
function next(value: number, direction: 1 | -1): number {
  const smallest = 2 ** -126;
  if (value === 0) return direction * smallest;
  const bits = new Int32Array(1);
  const floats = new Float32Array(bits.buffer);
  floats[0] = value;
  bits[0] = (bits[0] ?? 0) + (value > 0 ? direction : -direction);
  return floats[0] ?? value;
}
