import type { FileAccess } from './cursor.ts';
import { countOf, type Datatype, readDataspace, readDatatype } from './datatype.ts';
import type { GlobalHeaps } from './heap.ts';
import { cursorOver } from './object-header.ts';
import { damagedHdf5, unsupportedHdf5 } from './problem.ts';

const MAX_TEXTS = 1_000_000;
const utf8 = new TextDecoder();

/** An attribute of a group or dataset: texts or numbers. */
export interface Attribute {
  readonly name: string;
  readonly shape: readonly number[];
  /** @throws FEATURE_UNSUPPORTED when the values are something else */
  texts(): string[];
  /** @throws FEATURE_UNSUPPORTED when the values are something else */
  numbers(): number[];
}

/** Reads the attribute message in `data`. */
export function readAttribute(file: FileAccess, heaps: GlobalHeaps, data: Uint8Array): Attribute {
  const cursor = cursorOver(file, data);
  const version = cursor.u8();
  if (version < 1 || version > 3) throw unsupportedHdf5(`an attribute of version ${version}`);
  const flags = cursor.u8();
  const [nameSize, typeSize, spaceSize] = [cursor.u16(), cursor.u16(), cursor.u16()];
  if (version === 3) cursor.skip(1);
  const part = (size: number) => {
    const bytes = cursor.bytes(size);
    if (version === 1) cursor.skip(Math.min(cursor.left, (8 - (size % 8)) % 8));
    return bytes;
  };
  const name = trimmed(part(nameSize));
  const typeBytes = part(typeSize);
  const spaceBytes = part(spaceSize);
  const shared = version > 1 && flags !== 0;
  const values = cursor.bytes(cursor.left);
  const type: Datatype = shared
    ? { kind: 'other', size: 1, name: 'a shared datatype' }
    : readDatatype(cursorOver(file, typeBytes));
  const shape = shared ? undefined : readDataspace(cursorOver(file, spaceBytes));
  return {
    name,
    shape: shape ?? [0],
    texts: () => textsOf(file, heaps, name, type, shape, values),
    numbers: () => numbersOf(name, type, shape, values),
  };
}

function textsOf(
  file: FileAccess,
  heaps: GlobalHeaps,
  name: string,
  type: Datatype,
  shape: readonly number[] | undefined,
  values: Uint8Array,
): string[] {
  const count = shape ? countOf(shape) : 0;
  // Keras writes empty lists of names as empty lists of numbers.
  if (count === 0) return [];
  if (count > MAX_TEXTS || count * type.size > values.byteLength) {
    throw damagedHdf5(`the attribute ${name} of ${count} values`);
  }
  file.spend(count);
  if (type.kind === 'text') {
    return Array.from({ length: count }, (_, i) => {
      const text = trimmed(values.subarray(i * type.size, (i + 1) * type.size));
      return type.spaces ? text.trimEnd() : text;
    });
  }
  if (type.kind === 'variable-text') {
    const cursor = cursorOver(file, values);
    return Array.from({ length: count }, () => {
      const [length, collection, index] = [cursor.u32(), cursor.offset(), cursor.u32()];
      if (length === 0 || collection <= 0) return '';
      const bytes = heaps.object(collection, index);
      if (length > bytes.byteLength) throw damagedHdf5(`a text of ${length} bytes in ${name}`);
      file.spendBytes(length);
      return utf8.decode(bytes.subarray(0, length));
    });
  }
  throw unsupportedHdf5(`the attribute ${name} with ${described(type)}, where texts belong`);
}

function numbersOf(
  name: string,
  type: Datatype,
  shape: readonly number[] | undefined,
  values: Uint8Array,
): number[] {
  const count = shape ? countOf(shape) : 0;
  if (type.kind !== 'integer' || type.bigEndian) {
    throw unsupportedHdf5(`the attribute ${name} with ${described(type)}, where whole numbers belong`);
  }
  if (count * type.size > values.byteLength) throw damagedHdf5(`the attribute ${name} of ${count} values`);
  const view = new DataView(values.buffer, values.byteOffset, values.byteLength);
  return Array.from({ length: count }, (_, i) => {
    const at = i * type.size;
    if (type.size === 8) return Number(view.getBigInt64(at, true));
    if (type.size === 4) return view.getInt32(at, true);
    return type.size === 2 ? view.getInt16(at, true) : view.getInt8(at);
  });
}

function described(type: Datatype): string {
  return type.kind === 'other' ? type.name : `${type.kind} values`;
}

/** A text without its padding: everything behind the first NUL. */
function trimmed(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return utf8.decode(end < 0 ? bytes : bytes.subarray(0, end));
}
