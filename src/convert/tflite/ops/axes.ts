import { type Layout, NCHW_AXIS } from '../../onnx/layout.ts';
import { damaged } from '../flatbuffer.ts';
import type { TfliteOperator, TfliteTensor } from '../read-model.ts';

/** An axis of the tensor, not negative. */
export function axisIn(axis: number, rank: number, op: TfliteOperator): number {
  const positive = axis < 0 ? axis + rank : axis;
  if (!Number.isInteger(positive) || positive < 0 || positive >= rank) {
    throw damaged(`operation ${op.index} (${op.op}) with axis ${axis} of ${rank}`);
  }
  return positive;
}

/** Where an axis of TensorFlow Lite lies in a layout. */
export function placed(axis: number, layout: Layout): number {
  return layout === 'nchw' ? (NCHW_AXIS[axis] ?? axis) : axis;
}

/** A list with one value an axis, in the order of a layout. */
export function ordered(values: readonly number[], layout: Layout): number[] {
  const [n = 0, h = 0, w = 0, c = 0] = values;
  return layout === 'nchw' ? [n, c, h, w] : [...values];
}

export function fourD(tensor: TfliteTensor, layout: Layout): Layout {
  return tensor.shape.length === 4 ? layout : 'plain';
}
