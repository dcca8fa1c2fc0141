import type { Layout } from './layout.ts';
import { BatchNeedsNumber, invalid } from './problem.ts';

/** A length, or the batch that stays open until the model runs. */
export type Dim = number | 'N';

/** Lengths in TensorFlow's order, whatever the layout in memory. */
export type Shape = readonly Dim[];

export type ValueType = 'float32' | 'int32' | 'bool';

/** How the bytes of a constant are to be read. */
export type Encoding =
  | { readonly kind: 'plain' }
  | { readonly kind: 'float16' }
  /** `real = stored × scale + min`. */
  | {
      readonly kind: 'affine';
      readonly storage: 'uint8' | 'uint16';
      readonly scale: number;
      readonly min: number;
    };

/** A tensor that is at hand when the model is imported. */
export interface Constant {
  readonly kind: 'constant';
  readonly label: string;
  readonly shape: readonly number[];
  readonly type: ValueType;
  readonly encoding: Encoding;
  /** Little-endian, densely packed. */
  readonly data: Uint8Array;
}

/** A tensor that the graph computes. */
export interface Computed {
  readonly kind: 'computed';
  /** Name in the ONNX graph. */
  readonly name: string;
  readonly shape: Shape;
  readonly layout: Layout;
  readonly type: ValueType;
}

/** A short list of whole numbers that follows from shapes, so that it may mention the batch. */
export interface Known {
  readonly kind: 'known';
  readonly shape: readonly number[];
  readonly type: 'int32';
  readonly values: readonly Dim[];
}

export type Value = Constant | Computed | Known;

/** Product of the lengths; the batch counts separately. */
export function sizeOf(shape: Shape): { readonly count: number; readonly batches: number } {
  let [count, batches] = [1, 0];
  for (const dim of shape) {
    if (dim === 'N') batches++;
    else count *= dim;
  }
  return { count, batches };
}

/** The lengths as numbers. */
export function fixed(shape: Shape): number[] {
  return shape.map((dim) => {
    if (dim === 'N') throw new BatchNeedsNumber();
    return dim;
  });
}

/** Lengths of a picture-shaped value: height, width and channels are numbers. */
export function picture(value: Value): {
  readonly n: Dim;
  readonly h: number;
  readonly w: number;
  readonly c: number;
} {
  const [n, h, w, c] = value.shape;
  if (value.shape.length !== 4 || n === undefined)
    throw invalid(`a value of rank ${value.shape.length}, not 4`);
  const [height = 0, width = 0, channels = 0] = fixed([h ?? 0, w ?? 0, c ?? 0]);
  return { n, h: height, w: width, c: channels };
}

/** An axis of a value, not negative. */
export function axisOf(axis: number, rank: number): number {
  const positive = axis < 0 ? axis + rank : axis;
  if (!Number.isInteger(positive) || positive < 0 || positive >= rank) {
    throw invalid(`the axis ${axis} of a value of rank ${rank}`);
  }
  return positive;
}

/** Shape of two values that are broadcast against each other. */
export function broadcast(a: Shape, b: Shape): Shape {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const p = a[i - rank + a.length] ?? 1;
    const q = b[i - rank + b.length] ?? 1;
    if (p === q || q === 1) return p;
    if (p === 1) return q;
    throw invalid(`shapes that do not fit each other: [${a.join(', ')}] and [${b.join(', ')}]`);
  });
}
