/**
 * Datatypes and dataspaces: the ones of tensors, names and configuration texts.
 *
 * @module
 */
import type { Cursor } from './cursor.ts';
import { damagedHdf5, unsupportedHdf5 } from './problem.ts';

export type Datatype =
  | { readonly kind: 'float'; readonly size: 2 | 4 | 8; readonly bigEndian: boolean }
  | {
      readonly kind: 'integer';
      readonly size: 1 | 2 | 4 | 8;
      readonly signed: boolean;
      readonly bigEndian: boolean;
    }
  /** Texts of a fixed length, padded with NUL, or with spaces as in Fortran. */
  | { readonly kind: 'text'; readonly size: number; readonly spaces: boolean }
  /** Texts that lie in the global heap. */
  | { readonly kind: 'variable-text'; readonly size: number }
  /** Anything else; refused when its values are asked for. */
  | { readonly kind: 'other'; readonly size: number; readonly name: string };

const CLASSES = [
  'integers',
  'floats',
  'times',
  'texts',
  'bit fields',
  'opaque values',
  'compound values',
  'references',
  'enumerations',
  'variable-length lists',
  'arrays',
];

/** IEEE 754 by size: bits of exponent and mantissa, and the bias. */
const IEEE: Readonly<Record<number, readonly [exponent: number, mantissa: number, bias: number]>> = {
  2: [5, 10, 15],
  4: [8, 23, 127],
  8: [11, 52, 1023],
};

export function readDatatype(cursor: Cursor): Datatype {
  const kind = cursor.u8() & 0x0f;
  const bits = cursor.uint(3) & 0xffffff;
  const size = cursor.u32();
  if (size === 0 || size > 0x7fffffff) throw damagedHdf5(`values of ${size} bytes`);
  const other = { kind: 'other', size, name: CLASSES[kind] ?? `values of class ${kind}` } as const;
  if (kind === 0) return integer(cursor, bits, size) ?? other;
  if (kind === 1) return float(cursor, bits, size) ?? other;
  if (kind === 3) return { kind: 'text', size, spaces: (bits & 0x0f) === 2 };
  if (kind === 9 && (bits & 0x0f) === 1) return { kind: 'variable-text', size };
  // Truth values are an enumeration of integers.
  if (kind === 8) {
    const base = readDatatype(cursor);
    return base.kind === 'integer' ? base : other;
  }
  return other;
}

function integer(cursor: Cursor, bits: number, size: number): Datatype | undefined {
  const [offset, precision] = [cursor.u16(), cursor.u16()];
  if (offset !== 0 || precision !== size * 8) return undefined;
  if (size !== 1 && size !== 2 && size !== 4 && size !== 8) return undefined;
  return { kind: 'integer', size, signed: (bits & 8) !== 0, bigEndian: (bits & 1) !== 0 };
}

function float(cursor: Cursor, bits: number, size: number): Datatype | undefined {
  const [offset, precision] = [cursor.u16(), cursor.u16()];
  const [exponentAt, exponent, mantissaAt, mantissa] = [cursor.u8(), cursor.u8(), cursor.u8(), cursor.u8()];
  const bias = cursor.u32();
  const ieee = IEEE[size];
  const standard =
    ieee !== undefined &&
    offset === 0 &&
    precision === size * 8 &&
    mantissaAt === 0 &&
    exponentAt === mantissa &&
    exponent === ieee[0] &&
    mantissa === ieee[1] &&
    bias === ieee[2];
  if (!standard || (size !== 2 && size !== 4 && size !== 8)) return undefined;
  return { kind: 'float', size, bigEndian: (bits & 1) !== 0 };
}

/** Largest rank that HDF5 allows. */
const MAX_RANK = 32;

/** Lengths of a dataspace; none for a single value, `undefined` for an empty one. */
export function readDataspace(cursor: Cursor): readonly number[] | undefined {
  const [version, rank] = [cursor.u8(), cursor.u8()];
  if (rank > MAX_RANK) throw damagedHdf5(`a rank of ${rank}`);
  cursor.skip(1);
  if (version === 1) cursor.skip(5);
  else if (version === 2) {
    const kind = cursor.u8();
    if (kind === 2) return undefined;
  } else throw unsupportedHdf5(`a dataspace of version ${version}`);
  return Array.from({ length: rank }, () => {
    const dim = cursor.length();
    if (!(dim >= 0 && dim < 2 ** 48)) throw damagedHdf5('a length that cannot be true');
    return dim;
  });
}

/** Number of values of a shape. */
export function countOf(shape: readonly number[]): number {
  const count = shape.reduce((product, dim) => product * dim, 1);
  if (!Number.isSafeInteger(count)) throw damagedHdf5(`a shape [${shape.join(', ')}]`);
  return count;
}
