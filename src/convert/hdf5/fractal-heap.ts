/**
 * Fractal heaps and version 2 B-trees: where newer files keep the links and attributes of objects that have many.
 *
 * @see https://support.hdfgroup.org/documentation/hdf5/latest/_f_m_t3.html sections III.A.2 and III.G
 * @module
 */
import { Cursor, type FileAccess, requireSignature } from './cursor.ts';
import { damagedHdf5, unsupportedHdf5 } from './problem.ts';

const MAX_OBJECT = 64 * 1024 * 1024;
const MAX_DEPTH = 16;

interface Heap {
  readonly at: number;
  readonly idLength: number;
  readonly hugeTree: number;
  readonly offsetBytes: number;
  readonly width: number;
  readonly startSize: number;
  readonly directRows: number;
  readonly root: number;
  readonly rows: number;
}

/** Reads the objects that the records of a name index point at. */
export function* denseObjects(file: FileAccess, heapAt: number, indexAt: number): Generator<Uint8Array> {
  const heap = readHeap(file, heapAt);
  for (const { type, record } of recordsOf(file, indexAt)) {
    // Links by name have a hash before the id, attributes by name have it behind.
    if (type !== 5 && type !== 8) throw unsupportedHdf5(`an index of type ${type}`);
    const id = type === 5 ? record.subarray(4) : record;
    yield objectOf(file, heap, id.subarray(0, heap.idLength));
  }
}

function readHeap(file: FileAccess, at: number): Heap {
  const { offset, length } = file.widths;
  const cursor = file.cursor(at, 22 + 3 * offset + 12 * length);
  requireSignature(cursor, 'FRHP');
  cursor.skip(1);
  const [idLength, filtered] = [cursor.u16(), cursor.u16()];
  if (filtered !== 0) throw unsupportedHdf5('a compressed heap');
  cursor.skip(1 + 4 + length);
  const hugeTree = cursor.offset();
  cursor.skip(length + offset + 8 * length);
  const [width, startSize, maxDirect] = [cursor.u16(), cursor.length(), cursor.length()];
  const bits = cursor.u16();
  cursor.skip(2);
  const [root, rows] = [cursor.offset(), cursor.u16()];
  const directRows = Math.log2(maxDirect / startSize) + 2;
  if (
    width < 1 ||
    startSize < 1 ||
    !Number.isInteger(directRows) ||
    directRows > 64 ||
    bits > 64 ||
    idLength < 2
  ) {
    throw damagedHdf5(`the fractal heap at ${at}`);
  }
  return {
    at,
    idLength,
    hugeTree,
    offsetBytes: Math.ceil(bits / 8),
    width,
    startSize,
    directRows,
    root,
    rows,
  };
}

function objectOf(file: FileAccess, heap: Heap, id: Uint8Array): Uint8Array {
  const kind = ((id[0] ?? 0) >> 4) & 3;
  const cursor = new Cursor(id, file.widths);
  cursor.skip(1);
  if (kind === 2) return cursor.bytes(((id[0] ?? 0) & 0x0f) + 1);
  if (kind === 1) return hugeObject(file, heap, cursor);
  const offset = cursor.uint(heap.offsetBytes);
  const size = cursor.uint(Math.min(4, cursor.left));
  if (offset < 0 || size < 0 || size > MAX_OBJECT) throw damagedHdf5('an object outside of its heap');
  return locate(file, heap, { at: heap.root, rows: heap.rows }, offset, size, 0);
}

/** Objects that are too large for the heap's blocks lie anywhere; the id says where, or a tree does. */
function hugeObject(file: FileAccess, heap: Heap, id: Cursor): Uint8Array {
  const { offset, length } = file.widths;
  if (id.left >= offset + length) return largeBlock(file, id.offset(), id.length());
  const wanted = id.uint(Math.min(length, id.left));
  for (const { type, record } of recordsOf(file, heap.hugeTree)) {
    if (type !== 1) throw unsupportedHdf5('compressed objects in a heap');
    const cursor = new Cursor(record, file.widths);
    const [at, size, key] = [cursor.offset(), cursor.length(), cursor.length()];
    if (key === wanted) return largeBlock(file, at, size);
  }
  throw damagedHdf5('an object that its heap does not have');
}

function largeBlock(file: FileAccess, at: number, size: number): Uint8Array {
  if (size < 0 || size > MAX_OBJECT) throw damagedHdf5(`an object of ${size} bytes`);
  return file.structure(at, size);
}

interface HeapBlock {
  readonly at: number;
  /** Rows of an indirect block; 0 for a direct block. */
  readonly rows: number;
}

/** Blocks double in size from the second row of the table on. */
function locate(
  file: FileAccess,
  heap: Heap,
  { at, rows }: HeapBlock,
  offset: number,
  size: number,
  depth: number,
): Uint8Array {
  if (at < 0 || depth > MAX_DEPTH) throw damagedHdf5('a heap that leads nowhere');
  file.spend(1);
  if (rows === 0) {
    const head = file.cursor(at, 4);
    requireSignature(head, 'FHDB');
    return file.structure(at + offset, size);
  }
  let rest = offset;
  for (let row = 0; row < rows; row++) {
    const blockSize = heap.startSize * 2 ** Math.max(0, row - 1);
    if (rest >= blockSize * heap.width) {
      rest -= blockSize * heap.width;
      continue;
    }
    const column = Math.floor(rest / blockSize);
    const child = childAt(file, heap, at, row * heap.width + column);
    const childRows =
      row < heap.directRows ? 0 : Math.round(Math.log2(blockSize / (heap.startSize * heap.width))) + 1;
    return locate(file, heap, { at: child, rows: childRows }, rest - column * blockSize, size, depth + 1);
  }
  throw damagedHdf5('an object outside of its heap');
}

function childAt(file: FileAccess, heap: Heap, at: number, index: number): number {
  const { offset } = file.widths;
  requireSignature(file.cursor(at, 4), 'FHIB');
  const table = at + 5 + offset + heap.offsetBytes;
  return file.cursor(table + index * offset, offset).offset();
}

/** Records of a version 2 B-tree, in order. */
function* recordsOf(
  file: FileAccess,
  at: number,
): Generator<{ readonly type: number; readonly record: Uint8Array }> {
  const { offset, length } = file.widths;
  if (at < 0) return;
  const head = file.cursor(at, 18 + offset + length);
  requireSignature(head, 'BTHD');
  head.skip(1);
  const [type, nodeSize, recordSize, depth] = [head.u8(), head.u32(), head.u16(), head.u16()];
  head.skip(2);
  const [root, count] = [head.offset(), head.u16()];
  if (depth > MAX_DEPTH || recordSize < 1 || nodeSize < 16) throw damagedHdf5(`the B-tree at ${at}`);
  const levels = levelsOf(nodeSize, recordSize, depth, offset);
  const seen = new Set<number>();
  const walk = function* (node: number, records: number, level: number): Generator<Uint8Array> {
    if (node < 0 || seen.has(node)) throw damagedHdf5('a B-tree that contains itself');
    seen.add(node);
    file.spend(records);
    const cursor = file.upTo(node, nodeSize);
    requireSignature(cursor, level === 0 ? 'BTLF' : 'BTIN');
    cursor.skip(2);
    const own = Array.from({ length: records }, () => cursor.bytes(recordSize));
    if (level === 0) {
      yield* own;
      return;
    }
    for (let i = 0; i <= records; i++) {
      const child = cursor.offset();
      const childRecords = cursor.uint(levels.countBytes);
      if (level > 1) cursor.skip(levels.totalBytes[level - 1] ?? 0);
      yield* walk(child, childRecords, level - 1);
      const record = own[i];
      if (record) yield record;
    }
  };
  if (count === 0 && depth === 0) return;
  for (const record of walk(root, count, depth)) yield { type, record };
}

/** Bytes of the counts in inner nodes follow from how many records fit in a node. */
function levelsOf(nodeSize: number, recordSize: number, depth: number, offset: number) {
  const bytesFor = (limit: number) => Math.floor(Math.log2(Math.max(1, limit)) / 8) + 1;
  const most = Math.floor((nodeSize - 10) / recordSize);
  const countBytes = bytesFor(most);
  const totals = [most];
  const totalBytes = [0];
  for (let level = 1; level <= depth; level++) {
    const pointer = offset + countBytes + (totalBytes[level - 1] ?? 0);
    const fits = Math.floor((nodeSize - 10 - pointer) / (recordSize + pointer));
    totals.push((fits + 1) * (totals[level - 1] ?? 0) + fits);
    totalBytes.push(bytesFor(totals[level] ?? 0));
  }
  return { countBytes, totalBytes };
}
