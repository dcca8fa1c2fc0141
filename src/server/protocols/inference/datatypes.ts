/**
 * The protocol's element types, their values in JSON and their bytes.
 *
 * @module
 */
import type { TensorData, TensorType } from '../../../engine/types.ts';
import { PictorError } from '../../../errors.ts';

/** Dimensions of a tensor in JSON. */
const MAX_DEPTH = 8;

interface Datatype {
  /** The protocol's name. */
  readonly name: string;
  readonly bytes: number;
  /** Least and greatest whole number; undefined where any number goes. */
  readonly range?: readonly [least: number, greatest: number];
  from(values: readonly number[]): TensorData;
  /** Little-endian bytes, aligned. */
  read(buffer: ArrayBuffer): TensorData;
}

const DATATYPES: Readonly<Record<TensorType, Datatype>> = {
  float32: {
    name: 'FP32',
    bytes: 4,
    from: (values) => Float32Array.from(values),
    read: (buffer) => new Float32Array(buffer),
  },
  uint8: {
    name: 'UINT8',
    bytes: 1,
    range: [0, 255],
    from: (values) => Uint8Array.from(values),
    read: (buffer) => new Uint8Array(buffer),
  },
  int8: {
    name: 'INT8',
    bytes: 1,
    range: [-128, 127],
    from: (values) => Int8Array.from(values),
    read: (buffer) => new Int8Array(buffer),
  },
  int32: {
    name: 'INT32',
    bytes: 4,
    range: [-2_147_483_648, 2_147_483_647],
    from: (values) => Int32Array.from(values),
    read: (buffer) => new Int32Array(buffer),
  },
  int64: {
    name: 'INT64',
    bytes: 8,
    // JSON has no larger whole numbers that are exact.
    range: [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
    from: (values) => BigInt64Array.from(values, BigInt),
    read: (buffer) => new BigInt64Array(buffer),
  },
};

/**
 * The protocol's name of an element type.
 *
 * @param type as the engine names it
 */
export function datatypeOf(type: string): string {
  return isTensorType(type) ? DATATYPES[type].name : type.toUpperCase();
}

/** Whether tensors of this type cross the engine's border. */
export function isTensorType(type: string): type is TensorType {
  return Object.hasOwn(DATATYPES, type);
}

/**
 * A tensor's values from JSON, where they may be nested.
 *
 * @param count how many there have to be
 * @throws OPTION_INVALID
 */
export function dataFromJson(type: TensorType, data: readonly unknown[], count: number): TensorData {
  const { name, range, from } = DATATYPES[type];
  const values: number[] = [];
  flatten(data, values, count, MAX_DEPTH);
  if (values.length !== count) throw wrongCount(`${count} values`, `${values.length}`);
  const [least, greatest] = range ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  const wrong = values.find(
    (value) => value < least || value > greatest || (range && !Number.isInteger(value)),
  );
  if (wrong !== undefined) {
    throw new PictorError('OPTION_INVALID', { expected: `values of ${name}`, received: String(wrong) });
  }
  return from(values);
}

/**
 * A tensor's values from their bytes.
 *
 * @param count how many there have to be
 * @throws OPTION_INVALID
 */
export function dataFromBytes(type: TensorType, bytes: Uint8Array, count: number): TensorData {
  const { bytes: size, read } = DATATYPES[type];
  if (bytes.byteLength !== count * size) {
    throw wrongCount(`${count * size} bytes`, `${bytes.byteLength}`);
  }
  return read(Uint8Array.from(bytes).buffer);
}

/** A tensor's values as JSON has them. */
export function dataToJson(data: TensorData): readonly number[] {
  return data instanceof BigInt64Array ? Array.from(data, Number) : Array.from(data);
}

function flatten(data: readonly unknown[], into: number[], most: number, depth: number): void {
  for (const item of data) {
    if (Array.isArray(item) && depth > 0) flatten(item, into, most, depth - 1);
    else if (typeof item === 'number') into.push(item);
    else throw new PictorError('OPTION_INVALID', { expected: '`data` of numbers', received: typeof item });
    if (into.length > most) throw wrongCount(`${most} values`, 'more');
  }
}

function wrongCount(expected: string, received: string): PictorError {
  return new PictorError('OPTION_INVALID', { expected: `${expected}, as the shape says`, received });
}
