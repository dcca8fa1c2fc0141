import type { ByteSource } from '../source/byte-source.ts';
import { damagedHdf5 } from './problem.ts';

/** Sizes that a file chooses for itself. */
export interface Widths {
  /** Bytes of an address. */
  readonly offset: number;
  /** Bytes of a length. */
  readonly length: number;
}

/** Reads little-endian fields one after the other, from a block that is in memory. */
export class Cursor {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #widths: Widths;
  at = 0;

  constructor(bytes: Uint8Array, widths: Widths) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#widths = widths;
  }

  get left(): number {
    return this.#bytes.byteLength - this.at;
  }

  #take(count: number): number {
    const from = this.at;
    if (count < 0 || count > this.left)
      throw damagedHdf5(`a record that ends ${count - this.left} bytes early`);
    this.at += count;
    return from;
  }

  u8(): number {
    return this.#view.getUint8(this.#take(1));
  }

  u16(): number {
    return this.#view.getUint16(this.#take(2), true);
  }

  u32(): number {
    return this.#view.getUint32(this.#take(4), true);
  }

  /** An unsigned number of 1 to 8 bytes. All bits set, an undefined address, is −1. */
  uint(width: number): number {
    const from = this.#take(width);
    let [value, undefinedAddress] = [0, true];
    for (let i = width - 1; i >= 0; i--) {
      const byte = this.#view.getUint8(from + i);
      undefinedAddress &&= byte === 0xff;
      value = value * 256 + byte;
    }
    return undefinedAddress && width > 1 ? -1 : value;
  }

  offset(): number {
    return this.uint(this.#widths.offset);
  }

  length(): number {
    return this.uint(this.#widths.length);
  }

  bytes(count: number): Uint8Array {
    const from = this.#take(count);
    return this.#bytes.subarray(from, from + count);
  }

  skip(count: number): void {
    this.#take(count);
  }

  /** Moves on to a multiple of 8 from the start. */
  align(): void {
    this.skip(Math.min(this.left, (8 - (this.at % 8)) % 8));
  }
}

/** Reads four letters that say what a record is. */
export function requireSignature(cursor: Cursor, signature: string): void {
  const found = Buffer.from(cursor.bytes(4)).toString('latin1');
  if (found !== signature) throw damagedHdf5(`${JSON.stringify(found)} where ${signature} belongs`);
}

/** Records that the structures of one file may have; what goes round in circles ends here. */
const MAX_RECORDS = 2_000_000;
/** Bytes of structure that are read, those that many records share as often as they are read. Weights do not count. */
const MAX_BYTES = 256 * 1024 * 1024;

/** A file with its sizes, and a bound on what is read of its structure. */
export class FileAccess {
  readonly source: ByteSource;
  readonly widths: Widths;
  #left = MAX_RECORDS;
  #bytesLeft = MAX_BYTES;

  constructor(source: ByteSource, widths: Widths) {
    this.source = source;
    this.widths = widths;
  }

  /** Counts records against the bound. */
  spend(records: number): void {
    this.#left -= records;
    if (this.#left < 0) throw damagedHdf5(`more than ${MAX_RECORDS} records`);
  }

  /** Counts bytes of structure, or of texts made of it, against the bound. */
  spendBytes(bytes: number): void {
    this.#bytesLeft -= bytes;
    if (this.#bytesLeft < 0) throw damagedHdf5(`more than ${MAX_BYTES} bytes of names and texts`);
  }

  /** Bytes that belong to the structure of the file. */
  structure(at: number, length: number): Uint8Array {
    this.spendBytes(length);
    return this.source.read(at, length);
  }

  /** A block of the file. The length may be cut by the end of the file where the format leaves it open. */
  cursor(at: number, length: number): Cursor {
    this.spend(1);
    return new Cursor(this.structure(at, length), this.widths);
  }

  /** Like {@link cursor}, with as many bytes as the file still has. */
  upTo(at: number, length: number): Cursor {
    return this.cursor(at, Math.max(0, Math.min(length, this.source.size - at)));
  }
}
