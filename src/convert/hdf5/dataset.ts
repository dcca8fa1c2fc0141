/**
 * Datasets: shape, type, and values that are read when they are asked for.
 *
 * @module
 */
import { leavesOf } from './b-tree.ts';
import type { Cursor, FileAccess } from './cursor.ts';
import { countOf, type Datatype, readDataspace, readDatatype } from './datatype.ts';
import { readFilters, unfilter } from './filters.ts';
import { cursorOver, MESSAGE, type Message } from './object-header.ts';
import { damagedHdf5, unsupportedHdf5 } from './problem.ts';

/** A tensor of the file. */
export interface Dataset {
  readonly shape: readonly number[];
  readonly type: Datatype;
  /** Bytes of all values. */
  readonly byteLength: number;
  /**
   * The values, little-endian and densely packed, row-major. Nothing is kept: a second call reads again.
   *
   * @throws CONVERT_INPUT_INVALID when the file does not hold them
   */
  read(): Uint8Array;
}

type Layout =
  | { readonly kind: 'compact'; readonly data: Uint8Array }
  | { readonly kind: 'contiguous'; readonly at: number; readonly size: number }
  | { readonly kind: 'chunked'; readonly tree: number; readonly chunk: readonly number[] }
  | {
      readonly kind: 'single-chunk';
      readonly at: number;
      readonly size: number | undefined;
      readonly mask: number;
    };

/** What compression may gain: weights hardly shrink, so more than this is a bomb. */
const MAX_GAIN = 20;
const SMALL_BYTES = 64 * 1024 * 1024;
const MAX_BYTES = 2 ** 31 - 1;

/**
 * @param messages of the dataset's object header
 * @param name what errors call it
 */
export function openDataset(file: FileAccess, messages: readonly Message[], name: string): Dataset {
  const message = (type: number) => messages.find((each) => each.type === type);
  const [space, datatype, layoutMessage, filterMessage] = [
    message(MESSAGE.dataspace),
    message(MESSAGE.datatype),
    message(MESSAGE.layout),
    message(MESSAGE.filters),
  ];
  if (!space || !datatype || !layoutMessage)
    throw damagedHdf5(`the dataset ${name} without a shape or a type`);
  if ([space, datatype, layoutMessage].some(({ flags }) => flags & 2)) {
    throw unsupportedHdf5(`${name} with a shared description`);
  }
  if (message(MESSAGE.externalFiles)) throw unsupportedHdf5(`external storage: ${name} lies in another file`);
  const shape = readDataspace(cursorOver(file, space.data)) ?? [0];
  const type = readDatatype(cursorOver(file, datatype.data));
  const byteLength = countOf(shape) * type.size;
  if (!(byteLength <= MAX_BYTES)) throw damagedHdf5(`${name} of shape [${shape.join(', ')}]`);
  const filters = filterMessage ? readFilters(cursorOver(file, filterMessage.data)) : [];
  const layout = readLayout(cursorOver(file, layoutMessage.data), filters.length > 0, name);
  return {
    shape,
    type,
    byteLength,
    read() {
      if (byteLength === 0) return new Uint8Array();
      const bytes = readValues(file, layout, filters, shape, type.size, name);
      const numeric = type.kind === 'float' || type.kind === 'integer';
      return numeric && type.bigEndian && type.size > 1 ? swapped(bytes, type.size) : bytes;
    },
  };
}

function readLayout(cursor: Cursor, filtered: boolean, name: string): Layout {
  const version = cursor.u8();
  if (version !== 3 && version !== 4) throw unsupportedHdf5(`${name} with a layout of version ${version}`);
  const kind = cursor.u8();
  if (kind === 0) return { kind: 'compact', data: cursor.bytes(cursor.u16()) };
  if (kind === 1) return { kind: 'contiguous', at: cursor.offset(), size: cursor.length() };
  if (kind === 3) throw unsupportedHdf5(`virtual layout: ${name} lies in other files`);
  if (kind !== 2) throw damagedHdf5(`${name} with a layout of class ${kind}`);
  if (version === 3) {
    const dimensions = cursor.u8();
    const tree = cursor.offset();
    return { kind: 'chunked', tree, chunk: Array.from({ length: dimensions }, () => cursor.u32()) };
  }
  const [flags, dimensions, width] = [cursor.u8(), cursor.u8(), cursor.u8()];
  cursor.skip(dimensions * width);
  const index = cursor.u8();
  if (index !== 1) throw unsupportedHdf5(`${name} with chunks of the newest kind`);
  const [size, mask] = flags & 2 && filtered ? [cursor.length(), cursor.u32()] : [undefined, 0];
  return { kind: 'single-chunk', size, mask, at: cursor.offset() };
}

function readValues(
  file: FileAccess,
  layout: Layout,
  filters: readonly number[],
  shape: readonly number[],
  width: number,
  name: string,
): Uint8Array {
  const size = countOf(shape) * width;
  if (layout.kind === 'compact') {
    if (layout.data.byteLength !== size)
      throw damagedHdf5(`${name} of ${layout.data.byteLength} bytes instead of ${size}`);
    return layout.data;
  }
  if (layout.kind === 'contiguous') {
    if (layout.at < 0) throw damagedHdf5(`${name} without values`);
    if (layout.size >= 0 && layout.size < size)
      throw damagedHdf5(`${name} of ${layout.size} bytes instead of ${size}`);
    return file.source.read(layout.at, size);
  }
  if (size > SMALL_BYTES && size > MAX_GAIN * file.source.size) {
    throw damagedHdf5(`${name} of ${size} bytes in a file of ${file.source.size}`);
  }
  if (layout.kind === 'single-chunk') {
    if (layout.at < 0) throw damagedHdf5(`${name} without values`);
    return unfilter(file.source.read(layout.at, layout.size ?? size), filters, layout.mask, size, width);
  }
  return readChunks(file, layout.tree, layout.chunk, filters, shape, width, name);
}

function readChunks(
  file: FileAccess,
  tree: number,
  chunk: readonly number[],
  filters: readonly number[],
  shape: readonly number[],
  width: number,
  name: string,
): Uint8Array {
  const rank = shape.length;
  const lengths = chunk.slice(0, -1);
  if (lengths.length !== rank || chunk.at(-1) !== width || lengths.some((length) => length < 1)) {
    throw damagedHdf5(`${name} with chunks [${chunk.join(', ')}]`);
  }
  if (tree < 0) throw damagedHdf5(`${name} without values`);
  const chunkBytes = countOf(lengths) * width;
  const wanted = shape.reduce((product, dim, i) => product * Math.ceil(dim / (lengths[i] ?? 1)), 1);
  // Many chunks may lie over the same bytes, and reach far over the edge.
  const unpacked = wanted * chunkBytes;
  if (unpacked > MAX_BYTES || (unpacked > SMALL_BYTES && unpacked > MAX_GAIN * file.source.size)) {
    throw damagedHdf5(`${name} with ${wanted} chunks of ${chunkBytes} bytes`);
  }
  const out = new Uint8Array(countOf(shape) * width);
  const keyBytes = 8 + 8 * (rank + 1);
  const readKey = (cursor: Cursor) => ({
    size: cursor.u32(),
    mask: cursor.u32(),
    start: Array.from({ length: rank }, () => cursor.uint(8)),
  });
  const seen = new Set<string>();
  for (const { key, at } of leavesOf(file, tree, 1, keyBytes, readKey)) {
    const place = key.start.join();
    const fits = key.start.every(
      (start, i) => start >= 0 && start < (shape[i] ?? 0) && start % (lengths[i] ?? 1) === 0,
    );
    if (!fits || seen.has(place)) throw damagedHdf5(`${name} with a chunk at [${place}]`);
    seen.add(place);
    const bytes = unfilter(file.source.read(at, key.size), filters, key.mask, chunkBytes, width);
    placeChunk(out, bytes, key.start, lengths, shape, width);
  }
  // What was never written has no values; making some up would be worse than saying so.
  if (seen.size !== wanted) throw damagedHdf5(`${name} with ${seen.size} chunks of ${wanted}`);
  return out;
}

/** Copies the rows of a chunk to where they belong; what reaches over the edge is dropped. */
function placeChunk(
  out: Uint8Array,
  chunk: Uint8Array,
  start: readonly number[],
  lengths: readonly number[],
  shape: readonly number[],
  width: number,
): void {
  const rank = shape.length;
  const last = rank - 1;
  const run = Math.min(lengths[last] ?? 1, (shape[last] ?? 1) - (start[last] ?? 0)) * width;
  const rows = lengths.slice(0, last).reduce((product, length) => product * length, 1);
  const at = lengths.map(() => 0);
  for (let row = 0; row < rows; row++) {
    const inside = at.every((position, i) => i === last || position + (start[i] ?? 0) < (shape[i] ?? 0));
    if (inside) {
      let to = 0;
      for (let i = 0; i < rank; i++)
        to = to * (shape[i] ?? 1) + (start[i] ?? 0) + (i === last ? 0 : (at[i] ?? 0));
      const from = row * (lengths[last] ?? 1) * width;
      out.set(chunk.subarray(from, from + run), to * width);
    }
    for (let i = last - 1; i >= 0; i--) {
      at[i] = (at[i] ?? 0) + 1;
      if ((at[i] ?? 0) < (lengths[i] ?? 1)) break;
      at[i] = 0;
    }
  }
}

function swapped(bytes: Uint8Array, width: number): Uint8Array {
  const out = new Uint8Array(bytes.byteLength);
  for (let at = 0; at < out.byteLength; at += width) {
    for (let b = 0; b < width; b++) out[at + b] = bytes[at + width - 1 - b] ?? 0;
  }
  return out;
}
