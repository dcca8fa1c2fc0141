/**
 * Filters of chunks: deflate, shuffle and Fletcher's checksum, the three that every HDF5 library has.
 *
 * @module
 */
import { inflateSync } from 'node:zlib';
import type { Cursor } from './cursor.ts';
import { damagedHdf5, unsupportedHdf5 } from './problem.ts';

const DEFLATE = 1;
const SHUFFLE = 2;
const FLETCHER32 = 3;
const NAMES: Readonly<Record<number, string>> = { 4: 'szip', 5: 'nbit', 6: 'scaleoffset', 32000: 'lzf' };

/** Ids of the filters in the order in which they were applied. */
export function readFilters(cursor: Cursor): readonly number[] {
  const [version, count] = [cursor.u8(), cursor.u8()];
  if (version !== 1 && version !== 2) throw unsupportedHdf5(`filters of version ${version}`);
  if (version === 1) cursor.skip(6);
  return Array.from({ length: count }, () => {
    const id = cursor.u16();
    const nameLength = version === 1 || id >= 256 ? cursor.u16() : 0;
    cursor.skip(2);
    const values = cursor.u16();
    cursor.skip(version === 1 ? Math.ceil(nameLength / 8) * 8 : nameLength);
    cursor.skip(4 * values + (version === 1 && values % 2 === 1 ? 4 : 0));
    if (id !== DEFLATE && id !== SHUFFLE && id !== FLETCHER32) {
      throw unsupportedHdf5(`the filter ${NAMES[id] ?? id}`);
    }
    return id;
  });
}

/**
 * Undoes the filters of one chunk.
 *
 * @param mask bit i set: filter i was left out
 * @param size bytes of the chunk without filters
 * @param width bytes of one value
 */
export function unfilter(
  stored: Uint8Array,
  filters: readonly number[],
  mask: number,
  size: number,
  width: number,
): Uint8Array {
  let bytes = stored;
  for (const [i, id] of [...filters.entries()].reverse()) {
    if (mask & (1 << i)) continue;
    if (id === FLETCHER32) bytes = bytes.subarray(0, Math.max(0, bytes.byteLength - 4));
    else if (id === DEFLATE) bytes = inflated(bytes, size + 4);
    else bytes = unshuffled(bytes, width);
  }
  if (bytes.byteLength !== size) throw damagedHdf5(`a chunk of ${bytes.byteLength} bytes instead of ${size}`);
  return bytes;
}

function inflated(bytes: Uint8Array, most: number): Uint8Array {
  try {
    return inflateSync(bytes, { maxOutputLength: most });
  } catch (error) {
    throw damagedHdf5(`a compressed chunk (${error instanceof Error ? error.message : 'unreadable'})`, error);
  }
}

/** First bytes of all values, then their second bytes, and so on. */
function unshuffled(bytes: Uint8Array, width: number): Uint8Array {
  const count = Math.floor(bytes.byteLength / width);
  const out = new Uint8Array(bytes);
  for (let b = 0; b < width; b++) {
    for (let i = 0; i < count; i++) out[i * width + b] = bytes[b * count + i] ?? 0;
  }
  return out;
}
