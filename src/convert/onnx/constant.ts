import { invalid } from './problem.ts';
import type { Constant, Value } from './value.ts';

/** Bytes of one stored element. */
export function widthOf({ type, encoding }: Constant): number {
  if (encoding.kind === 'float16') return 2;
  if (encoding.kind === 'affine') return encoding.storage === 'uint8' ? 1 : 2;
  return type === 'bool' ? 1 : 4;
}

/** Real values of a constant, as TensorFlow.js decodes them. */
export function floatsOf(constant: Constant): Float32Array {
  const { data, encoding, type } = constant;
  const width = widthOf(constant);
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  return Float32Array.from({ length: data.byteLength / width }, (_, i) => {
    const at = i * width;
    if (encoding.kind === 'float16') return halfToNumber(view.getUint16(at, true));
    if (encoding.kind === 'affine') {
      const stored = width === 1 ? view.getUint8(at) : view.getUint16(at, true);
      return stored * encoding.scale + encoding.min;
    }
    if (type === 'bool') return view.getUint8(at) === 0 ? 0 : 1;
    return type === 'int32' ? view.getInt32(at, true) : view.getFloat32(at, true);
  });
}

const MAX_STEERING_BYTES = 16_384;

/** Values of a constant that steers an operation: a shape, axes, paddings. */
export function numbersOf(value: Value, role: string): number[] {
  if (value.kind === 'known') {
    return value.values.map((each) => {
      if (each === 'N') throw invalid(`${role} that depend on the batch`);
      return each;
    });
  }
  if (value.kind === 'computed') throw invalid(`${role} computed while running`);
  if (value.data.byteLength > MAX_STEERING_BYTES) throw invalid(`${role} of ${value.data.byteLength} bytes`);
  return [...floatsOrIntegers(value)];
}

function floatsOrIntegers(constant: Constant): Iterable<number> {
  if (constant.type !== 'int32' || constant.encoding.kind !== 'plain') return floatsOf(constant);
  const { data } = constant;
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  return Array.from({ length: data.byteLength / 4 }, (_, i) => view.getInt32(i * 4, true));
}

/** A constant made here rather than read from the model. */
export function constantOf(label: string, shape: readonly number[], values: Float32Array): Constant {
  const data = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return { kind: 'constant', label, shape, type: 'float32', encoding: { kind: 'plain' }, data };
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
