import type { PictureFormat } from '../types.ts';

const AVIF_BRANDS = new Set(['avif', 'avis']);

/**
 * Tells the format of a picture from its first bytes. File names and content types are never asked.
 *
 * @param bytes the start of the picture; 64 bytes are always enough
 * @returns the format, or `undefined` for anything that Pictor does not decode
 * @example
 * sniffFormat(new Uint8Array([0xff, 0xd8, 0xff, 0xe0])); // 'jpeg'
 */
export function sniffFormat(bytes: Uint8Array): PictureFormat | undefined {
  const [a = -1, b = -1, c = -1, d = -1] = bytes;
  if (a === 0xff && b === 0xd8 && c === 0xff) return 'jpeg';
  if (a === 0x89 && ascii(bytes, 1, 3) === 'PNG' && ascii(bytes, 4, 4) === '\r\n\x1a\n') return 'png';
  if (ascii(bytes, 0, 4) === 'RIFF' && ascii(bytes, 8, 4) === 'WEBP') return 'webp';
  if (ascii(bytes, 0, 6) === 'GIF87a' || ascii(bytes, 0, 6) === 'GIF89a') return 'gif';
  // 42 is classic TIFF, 43 BigTIFF.
  if (a === 0x49 && b === 0x49 && (c === 42 || c === 43) && d === 0) return 'tiff';
  if (a === 0x4d && b === 0x4d && c === 0 && (d === 42 || d === 43)) return 'tiff';
  if (ascii(bytes, 0, 2) === 'BM' && isBmpHeader(bytes)) return 'bmp';
  return isAvif(bytes) ? 'avif' : undefined;
}

function ascii(bytes: Uint8Array, start: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(start, start + length));
}

/** "BM" alone begins many a text, so the reserved words and the size of the info header must fit as well. */
function isBmpHeader(bytes: Uint8Array): boolean {
  const at = (index: number) => bytes[index] ?? -1;
  return (
    bytes.length >= 26 && [12, 40, 52, 56, 64, 108, 124].includes(at(14)) && at(15) + at(16) + at(17) === 0
  );
}

/** ISO base media: a first box `ftyp` whose major or compatible brands name AVIF. */
function isAvif(bytes: Uint8Array): boolean {
  if (ascii(bytes, 4, 4) !== 'ftyp') return false;
  const size = Math.min(((bytes[2] ?? 0) << 8) | (bytes[3] ?? 0), bytes.length, 256);
  for (let at = 8; at + 4 <= size; at += 4) {
    if (at !== 12 && AVIF_BRANDS.has(ascii(bytes, at, 4))) return true;
  }
  return false;
}
