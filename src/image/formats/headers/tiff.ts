import { MAX_DIRECTORIES, tooMany } from './bounds.ts';
import type { Orientation } from './exif.ts';
import type { TiffHeader } from './types.ts';

const WIDTH = 256;
const HEIGHT = 257;
const BITS = 258;
const ORIENTATION = 274;
const SAMPLES = 277;
const TILE_WIDTH = 322;
const TILE_HEIGHT = 323;

/** Values by tag; of a list, the first one. */
type Directory = ReadonlyMap<number, number>;

/**
 * Reads the first directory of a TIFF or BigTIFF (TIFF 6.0) and counts the others: libtiff walks through all of them.
 *
 * @returns undefined when the first one describes no picture
 * @throws IMAGE_TOO_COMPLEX for more directories than are looked at, or directories in a circle
 */
export function readTiffHeader(bytes: Uint8Array): TiffHeader | undefined {
  if (bytes.length < 16) return undefined;
  const file = openTiff(bytes);
  const first = file.directory(file.first);
  if (first === undefined) return undefined;
  let directories = 1;
  for (let next = first.next; next !== 0; directories++) {
    if (directories >= MAX_DIRECTORIES) throw tooMany('directories', MAX_DIRECTORIES);
    const directory = file.directory(next);
    if (directory === undefined) break;
    next = directory.next;
  }
  const value = (tag: number) => first.values.get(tag);
  const width = value(WIDTH) ?? 0;
  const height = value(HEIGHT) ?? 0;
  if (width === 0 || height === 0) return undefined;
  const orientation = value(ORIENTATION) ?? 1;
  const samples = value(SAMPLES) ?? 1;
  return {
    format: 'tiff',
    width,
    height,
    orientation: orientation >= 1 && orientation <= 8 ? (orientation as Orientation) : 1,
    bitsPerPixel: samples * (value(BITS) ?? 1),
    tilePixels: (value(TILE_WIDTH) ?? 0) * (value(TILE_HEIGHT) ?? 0),
  };
}

/** Bytes of a value by its type: BYTE, ASCII, SHORT, LONG, RATIONAL, … LONG8, IFD8. */
const TYPE_BYTES = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4, 0, 0, 8, 8, 8];

function openTiff(bytes: Uint8Array) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const little = bytes[0] === 0x49;
  const isBig = view.getUint16(2, little) === 43;
  const [countBytes, entryBytes, offsetBytes] = isBig ? [8, 20, 8] : [2, 12, 4];

  /** A number of some width; 0 beyond the end. */
  function read(at: number, width: number): number {
    if (at < 0 || at + width > bytes.length) return 0;
    if (width === 1) return view.getUint8(at);
    if (width === 2) return view.getUint16(at, little);
    return width === 4 ? view.getUint32(at, little) : Number(view.getBigUint64(at, little));
  }

  function directory(at: number): { readonly values: Directory; readonly next: number } | undefined {
    if (at < 8 || at + countBytes > bytes.length) return undefined;
    const count = read(at, countBytes);
    const end = at + countBytes + count * entryBytes;
    if (count === 0 || end > bytes.length) return undefined;
    const values = new Map<number, number>();
    for (let i = 0; i < Math.min(count, MAX_ENTRIES); i++) {
      const entry = at + countBytes + i * entryBytes;
      const size = TYPE_BYTES[read(entry + 2, 2)] ?? 0;
      const length = read(entry + 4, isBig ? 8 : 4);
      const value = entry + entryBytes - offsetBytes;
      const place = size * length <= offsetBytes ? value : read(value, offsetBytes);
      values.set(read(entry, 2), read(place, size));
    }
    return { values, next: read(end, offsetBytes) };
  }

  return { first: read(isBig ? 8 : 4, offsetBytes), directory };
}

/** Entries of a directory that are looked at; TIFF sorts them by tag, and these have low ones. */
const MAX_ENTRIES = 1_024;
