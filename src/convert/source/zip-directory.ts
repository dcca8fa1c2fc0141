/**
 * Zip archives by their central directory: entries are read when they are asked for, one at a time.
 *
 * @see https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
 * @module
 */
import { inflateRawSync } from 'node:zlib';
import { PictorError } from '../../errors.ts';
import { type ByteSource, memorySource, partOf } from './byte-source.ts';

export interface ZipEntry {
  readonly name: string;
  /** Bytes when unpacked. */
  readonly size: number;
  /**
   * The content. A stored entry is a view on the archive, a compressed one is unpacked in memory.
   *
   * @throws CONVERT_INPUT_INVALID when it is damaged
   */
  open(): ByteSource;
}

const END = 0x06054b50;
const END64_LOCATOR = 0x07064b50;
const END64 = 0x06064b50;
const ENTRY = 0x02014b50;
const LOCAL = 0x04034b50;
const MAX_COMMENT = 65_535;
const MAX_ENTRIES = 200_000;
const MAX_DIRECTORY = 64 * 1024 * 1024;
const FULL_32 = 0xffffffff;
const FULL_16 = 0xffff;
const utf8 = new TextDecoder();

/** No compressor that is used for weights gets beyond this; an archive that claims more is a bomb. */
const MAX_GAIN = 20;
const SMALL_BYTES = 64 * 1024 * 1024;
const MAX_UNPACKED = 1024 ** 3;

/** Whether bytes begin like a zip archive with at least one entry. */
export function isZip(start: Uint8Array): boolean {
  return start[0] === 0x50 && start[1] === 0x4b && start[2] === 3 && start[3] === 4;
}

/**
 * Entries of an archive, without folders.
 *
 * @throws CONVERT_INPUT_INVALID when it is damaged, or larger than any model
 */
export function readZip(source: ByteSource): ZipEntry[] {
  const { at, size, count } = findDirectory(source);
  if (count > MAX_ENTRIES || size > MAX_DIRECTORY) throw damagedZip(`${count} entries`);
  const bytes = source.read(at, size);
  const view = viewOf(bytes);
  const entries: ZipEntry[] = [];
  let [position, unpacked] = [0, 0];
  for (let i = 0; i < count; i++) {
    if (position + 46 > size || view.getUint32(position, true) !== ENTRY)
      throw damagedZip('a broken directory');
    const lengths = [28, 30, 32].map((offset) => view.getUint16(position + offset, true));
    const [nameLength = 0, extraLength = 0, commentLength = 0] = lengths;
    const end = position + 46 + nameLength + extraLength + commentLength;
    if (end > size) throw damagedZip('a broken directory');
    const name = utf8.decode(bytes.subarray(position + 46, position + 46 + nameLength));
    const extra = bytes.subarray(position + 46 + nameLength, position + 46 + nameLength + extraLength);
    const sizes = sizesOf(view, position, extra);
    const flags = view.getUint16(position + 8, true);
    const method = view.getUint16(position + 10, true);
    position = end;
    if (name.endsWith('/')) continue;
    unpacked += sizes.size;
    if (unpacked > SMALL_BYTES && unpacked > MAX_GAIN * source.size) {
      throw damagedZip(`${unpacked} bytes when unpacked, of ${source.size}`);
    }
    entries.push({ name, size: sizes.size, open: () => openEntry(source, name, sizes, flags, method) });
  }
  return entries;
}

interface Sizes {
  readonly size: number;
  readonly packed: number;
  readonly at: number;
}

function sizesOf(view: DataView, position: number, extra: Uint8Array): Sizes {
  const values = [24, 20, 42].map((offset) => view.getUint32(position + offset, true));
  const wide = wideFields(extra);
  const [size = 0, packed = 0, at = 0] = values.map((value) =>
    value === FULL_32 ? (wide.shift() ?? value) : value,
  );
  return { size, packed, at };
}

/** Numbers of the Zip64 field, in the order in which they stand for fields that are too narrow. */
function wideFields(extra: Uint8Array): number[] {
  const view = viewOf(extra);
  for (let at = 0; at + 4 <= extra.byteLength; ) {
    const [id, length] = [view.getUint16(at, true), view.getUint16(at + 2, true)];
    if (id === 1) {
      const count = Math.floor(Math.min(length, extra.byteLength - at - 4) / 8);
      return Array.from({ length: Math.min(count, 3) }, (_, i) =>
        Number(view.getBigUint64(at + 4 + i * 8, true)),
      );
    }
    at += 4 + length;
  }
  return [];
}

function findDirectory(source: ByteSource): { at: number; size: number; count: number } {
  const length = Math.min(source.size, 22 + MAX_COMMENT);
  const start = source.size - length;
  const tail = source.read(start, length);
  const view = viewOf(tail);
  for (let at = length - 22; at >= 0; at--) {
    if (view.getUint32(at, true) !== END) continue;
    const directory = {
      count: view.getUint16(at + 10, true),
      size: view.getUint32(at + 12, true),
      at: view.getUint32(at + 16, true),
    };
    const narrow = directory.count === FULL_16 || directory.size === FULL_32 || directory.at === FULL_32;
    if (at >= 20 && view.getUint32(at - 20, true) === END64_LOCATOR && (narrow || directory.count === 0)) {
      return wideDirectory(source, Number(view.getBigUint64(at - 12, true)));
    }
    return directory;
  }
  throw damagedZip('no directory at its end: the download may be incomplete');
}

function wideDirectory(source: ByteSource, at: number): { at: number; size: number; count: number } {
  const view = viewOf(source.read(at, 56));
  if (view.getUint32(0, true) !== END64) throw damagedZip('a broken directory');
  const wide = (offset: number) => Number(view.getBigUint64(offset, true));
  return { count: wide(32), size: wide(40), at: wide(48) };
}

function openEntry(
  source: ByteSource,
  name: string,
  { size, packed, at }: Sizes,
  flags: number,
  method: number,
): ByteSource {
  if (flags & 1) throw damagedZip(`${name}, which is encrypted`);
  const head = viewOf(source.read(at, 30));
  if (head.getUint32(0, true) !== LOCAL) throw damagedZip(`no ${name} where its directory says`);
  // Sizes in front of the content may be missing; those of the directory never are.
  const start = at + 30 + head.getUint16(26, true) + head.getUint16(28, true);
  if (method === 0) {
    if (packed !== size) throw damagedZip(`${name} with two sizes`);
    return partOf(source, start, size);
  }
  if (method !== 8) throw damagedZip(`${name} with compression method ${method}`);
  if (size > MAX_UNPACKED) throw damagedZip(`${name} of ${size} bytes`);
  try {
    const bytes = inflateRawSync(source.read(start, packed), { maxOutputLength: Math.max(1, size) });
    if (bytes.byteLength !== size)
      throw damagedZip(`${name} of ${bytes.byteLength} bytes instead of ${size}`);
    return memorySource(bytes);
  } catch (error) {
    if (error instanceof PictorError) throw error;
    throw damagedZip(`${name} (${error instanceof Error ? error.message : 'unreadable'})`, error);
  }
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function damagedZip(received: string, cause?: unknown): PictorError {
  return new PictorError('CONVERT_INPUT_INVALID', {
    expected: 'a sound zip archive',
    received,
    fix: 'Download or export the file again',
    ...(cause === undefined ? {} : { cause }),
  });
}
