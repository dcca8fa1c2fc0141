/**
 * Tensors of state dicts: a storage, and how it is looked at.
 *
 * @module
 */
import type { ByteSource } from '../source/byte-source.ts';
import { damagedTorch } from './problem.ts';

export type ElementType =
  | 'float32'
  | 'float16'
  | 'bfloat16'
  | 'float64'
  | 'int64'
  | 'int32'
  | 'int16'
  | 'int8'
  | 'uint8'
  | 'bool';

/** Bytes of one element. */
export const WIDTH: Readonly<Record<ElementType, number>> = {
  float32: 4,
  float16: 2,
  bfloat16: 2,
  float64: 8,
  int64: 8,
  int32: 4,
  int16: 2,
  int8: 1,
  uint8: 1,
  bool: 1,
};

/** Element type of `torch.<T>Storage`, or of a tensor class of old files. */
export function elementTypeOf(name: string): ElementType | undefined {
  const type = /(?:^|\.)(\w+?)(Storage|Tensor)$/.exec(name)?.[1];
  const types: Readonly<Record<string, ElementType>> = {
    Float: 'float32',
    Half: 'float16',
    BFloat16: 'bfloat16',
    Double: 'float64',
    Long: 'int64',
    Int: 'int32',
    Short: 'int16',
    Char: 'int8',
    Byte: 'uint8',
    Bool: 'bool',
  };
  return type !== undefined && Object.hasOwn(types, type) ? types[type] : undefined;
}

/** Elements that tensors share. */
export interface Storage {
  readonly type: ElementType;
  /** Number of elements. */
  readonly count: number;
  readonly source: ByteSource;
  /** Where the first element lies in the source. */
  readonly at: number;
}

/** A view on a storage. */
export interface TorchTensor {
  readonly shape: readonly number[];
  readonly strides: readonly number[];
  /** Elements before the first. */
  readonly offset: number;
  readonly storage: Storage;
}

const MAX_RANK = 16;

/** Number of elements. */
export function sizeOf({ shape }: TorchTensor): number {
  return shape.reduce((product, dim) => product * dim, 1);
}

/**
 * Checks that every element of a view lies inside its storage.
 *
 * @throws CONVERT_INPUT_INVALID
 */
export function checkedTensor(tensor: TorchTensor, name: string): TorchTensor {
  const { shape, strides, offset, storage } = tensor;
  const whole = [...shape, ...strides, offset].every((value) => Number.isSafeInteger(value) && value >= 0);
  const size = sizeOf(tensor);
  const last = shape.reduce((sum, dim, i) => sum + (dim - 1) * (strides[i] ?? 0), offset);
  const inside =
    whole &&
    shape.length === strides.length &&
    shape.length <= MAX_RANK &&
    Number.isSafeInteger(size) &&
    (size === 0 || (Number.isSafeInteger(last) && last < storage.count && size <= storage.count));
  if (!inside) throw damagedTorch(`the tensor ${name} [${shape.join(', ')}] outside of its storage`);
  return tensor;
}

/** Values as float32, densely packed. A plain tensor is read without a copy. */
export function floatBytes(tensor: TorchTensor): Uint8Array {
  const { storage, offset, shape, strides } = tensor;
  const width = WIDTH[storage.type];
  const size = sizeOf(tensor);
  if (size === 0) return new Uint8Array();
  if (isContiguous(shape, strides)) {
    const bytes = storage.source.read(storage.at + offset * width, size * width);
    return storage.type === 'float32' ? bytes : converted(bytes, storage.type, size);
  }
  const last = shape.reduce((sum, dim, i) => sum + (dim - 1) * (strides[i] ?? 0), 0);
  const bytes = storage.source.read(storage.at + offset * width, (last + 1) * width);
  return converted(gathered(bytes, width, shape, strides, size), storage.type, size);
}

function isContiguous(shape: readonly number[], strides: readonly number[]): boolean {
  let step = 1;
  for (let i = shape.length - 1; i >= 0; i--) {
    if (shape[i] !== 1 && strides[i] !== step) return false;
    step *= shape[i] ?? 1;
  }
  return true;
}

function gathered(
  bytes: Uint8Array,
  width: number,
  shape: readonly number[],
  strides: readonly number[],
  size: number,
): Uint8Array {
  const out = new Uint8Array(size * width);
  const at = shape.map(() => 0);
  let from = 0;
  for (let to = 0; to < out.byteLength; to += width) {
    for (let b = 0; b < width; b++) out[to + b] = bytes[from * width + b] ?? 0;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const next = (at[axis] ?? 0) + 1;
      from += strides[axis] ?? 0;
      at[axis] = next;
      if (next < (shape[axis] ?? 1)) break;
      from -= next * (strides[axis] ?? 0);
      at[axis] = 0;
    }
  }
  return out;
}

function converted(bytes: Uint8Array, type: ElementType, size: number): Uint8Array {
  if (type === 'float32') return bytes;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const values = new Float32Array(size);
  const words = new Uint32Array(values.buffer);
  for (let i = 0; i < size; i++) {
    if (type === 'bfloat16') words[i] = view.getUint16(i * 2, true) << 16;
    else values[i] = valueAt(view, i, type);
  }
  return new Uint8Array(values.buffer);
}

function valueAt(view: DataView, i: number, type: Exclude<ElementType, 'float32' | 'bfloat16'>): number {
  switch (type) {
    case 'float16':
      return halfToNumber(view.getUint16(i * 2, true));
    case 'float64':
      return view.getFloat64(i * 8, true);
    case 'int64':
      return Number(view.getBigInt64(i * 8, true));
    case 'int32':
      return view.getInt32(i * 4, true);
    case 'int16':
      return view.getInt16(i * 2, true);
    case 'int8':
      return view.getInt8(i);
    case 'uint8':
    case 'bool':
      return view.getUint8(i);
  }
}

/** IEEE 754 binary16. */
function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
