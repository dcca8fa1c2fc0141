/**
 * A reader of FlatBuffers that trusts nothing: every offset and length is checked before it is followed, and the number
 * of list items that one file may yield is bounded, however often its tables point at the same list.
 *
 * @see https://flatbuffers.dev/internals/
 * @module
 */
import { PictorError } from '../../errors.ts';

/** The error of every damaged .tflite file. */
export function damaged(received: string, cause?: unknown): PictorError {
  return new PictorError('CONVERT_INPUT_INVALID', {
    expected: 'a TensorFlow Lite model',
    received,
    fix: 'Export or download the model again',
    ...(cause === undefined ? {} : { cause }),
  });
}

/** The memory of one file, with the budget for list items. */
export class FlatBuffer {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  #budget: number;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#budget = Math.max(1_000_000, 4 * bytes.byteLength);
  }

  /** The table that the first four bytes point at. */
  root(): Table {
    return new Table(this, this.follow(0));
  }

  /** Takes list items from the budget. */
  spend(items: number): void {
    this.#budget -= items;
    if (this.#budget < 0) throw damaged('lists that are longer, taken together, than the file');
  }

  /** @throws CONVERT_INPUT_INVALID when `length` bytes at `at` are not all inside the file */
  need(at: number, length: number): void {
    if (at < 0 || length < 0 || at + length > this.bytes.byteLength) {
      throw damaged(`an offset outside the file (${at} + ${length} of ${this.bytes.byteLength} bytes)`);
    }
  }

  /** The target of the forward offset at `at`. */
  follow(at: number): number {
    this.need(at, 4);
    const target = at + this.view.getUint32(at, true);
    this.need(target, 4);
    return target;
  }
}

type ScalarKind = 'bool' | 'int8' | 'uint8' | 'int32' | 'uint32' | 'float32' | 'int64';
const WIDTH: Readonly<Record<ScalarKind, number>> = {
  bool: 1,
  int8: 1,
  uint8: 1,
  int32: 4,
  uint32: 4,
  float32: 4,
  int64: 8,
};

/** One table. Fields are named by their number in the schema; an absent field has its default. */
export class Table {
  readonly #buffer: FlatBuffer;
  readonly #at: number;
  readonly #vtable: number;
  readonly #vtableLength: number;

  constructor(buffer: FlatBuffer, at: number) {
    buffer.need(at, 4);
    this.#buffer = buffer;
    this.#at = at;
    this.#vtable = at - buffer.view.getInt32(at, true);
    buffer.need(this.#vtable, 4);
    this.#vtableLength = buffer.view.getUint16(this.#vtable, true);
    buffer.need(this.#vtable, this.#vtableLength);
  }

  /** A number; 64-bit ones as the nearest double, booleans as 0 or 1. */
  number(field: number, kind: ScalarKind, fallback = 0): number {
    const at = this.#field(field);
    return at === undefined ? fallback : this.#scalar(at, kind);
  }

  flag(field: number): boolean {
    return this.number(field, 'bool') !== 0;
  }

  string(field: number): string | undefined {
    const bytes = this.bytes(field);
    return bytes && new TextDecoder().decode(bytes);
  }

  /** A view on a list of bytes. */
  bytes(field: number): Uint8Array | undefined {
    const list = this.#list(field, 1);
    return list && this.#buffer.bytes.subarray(list.at, list.at + list.length);
  }

  numbers(field: number, kind: ScalarKind): number[] | undefined {
    const width = WIDTH[kind];
    const list = this.#list(field, width);
    if (!list) return undefined;
    this.#buffer.spend(list.length);
    return Array.from({ length: list.length }, (_, i) => this.#scalar(list.at + i * width, kind));
  }

  table(field: number): Table | undefined {
    const at = this.#field(field);
    return at === undefined ? undefined : new Table(this.#buffer, this.#buffer.follow(at));
  }

  tables(field: number): Table[] {
    const list = this.#list(field, 4);
    if (!list) return [];
    this.#buffer.spend(list.length);
    return Array.from(
      { length: list.length },
      (_, i) => new Table(this.#buffer, this.#buffer.follow(list.at + i * 4)),
    );
  }

  #list(field: number, width: number): { readonly at: number; readonly length: number } | undefined {
    const at = this.#field(field);
    if (at === undefined) return undefined;
    const start = this.#buffer.follow(at);
    const length = this.#buffer.view.getUint32(start, true);
    this.#buffer.need(start + 4, length * width);
    return { at: start + 4, length };
  }

  #field(field: number): number | undefined {
    const slot = 4 + field * 2;
    if (slot + 2 > this.#vtableLength) return undefined;
    const offset = this.#buffer.view.getUint16(this.#vtable + slot, true);
    return offset === 0 ? undefined : this.#at + offset;
  }

  #scalar(at: number, kind: ScalarKind): number {
    this.#buffer.need(at, WIDTH[kind]);
    const { view } = this.#buffer;
    switch (kind) {
      case 'bool':
      case 'uint8':
        return view.getUint8(at);
      case 'int8':
        return view.getInt8(at);
      case 'int32':
        return view.getInt32(at, true);
      case 'uint32':
        return view.getUint32(at, true);
      case 'float32':
        return view.getFloat32(at, true);
      case 'int64':
        return Number(view.getBigInt64(at, true));
    }
  }
}
