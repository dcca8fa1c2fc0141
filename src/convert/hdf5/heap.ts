/**
 * Local heaps (names of links) and global heaps (texts of variable length).
 *
 * @module
 */
import { type FileAccess, requireSignature } from './cursor.ts';
import { damagedHdf5 } from './problem.ts';

const MAX_HEAP = 64 * 1024 * 1024;
const utf8 = new TextDecoder();

/** Reads names by offset from a local heap. */
export function openLocalHeap(file: FileAccess, at: number): (offset: number) => string {
  const cursor = file.cursor(at, 8 + 2 * file.widths.length + file.widths.offset);
  requireSignature(cursor, 'HEAP');
  cursor.skip(4);
  const size = cursor.length();
  cursor.length();
  const segment = cursor.offset();
  if (size < 0 || size > MAX_HEAP || segment < 0) throw damagedHdf5('a local heap without end');
  const bytes = file.structure(segment, size);
  return (offset) => {
    const end = offset >= 0 && offset < size ? bytes.indexOf(0, offset) : -1;
    if (end < 0) throw damagedHdf5('the name of a link outside of its heap');
    return utf8.decode(bytes.subarray(offset, end));
  };
}

/** Reads objects by number from global heaps. */
export class GlobalHeaps {
  readonly #file: FileAccess;
  readonly #collections = new Map<number, ReadonlyMap<number, Uint8Array>>();

  constructor(file: FileAccess) {
    this.#file = file;
  }

  object(collection: number, index: number): Uint8Array {
    const known = this.#collections.get(collection) ?? this.#read(collection);
    this.#collections.set(collection, known);
    const found = known.get(index);
    if (!found) throw damagedHdf5(`no object ${index} in the global heap at ${collection}`);
    return found;
  }

  #read(at: number): ReadonlyMap<number, Uint8Array> {
    const head = this.#file.cursor(at, 8 + this.#file.widths.length);
    requireSignature(head, 'GCOL');
    head.skip(4);
    const size = head.length();
    if (size < head.at || size > MAX_HEAP) throw damagedHdf5(`a global heap of ${size} bytes`);
    const cursor = this.#file.cursor(at, size);
    cursor.skip(head.at);
    const objects = new Map<number, Uint8Array>();
    while (cursor.left >= 8 + this.#file.widths.length) {
      this.#file.spend(1);
      const index = cursor.u16();
      cursor.skip(6);
      const length = cursor.length();
      // Object 0 is the free space that ends the collection.
      if (index === 0) break;
      objects.set(index, cursor.bytes(length));
      cursor.align();
    }
    return objects;
  }
}
