import { MAX_SEGMENTS, tooMany } from './bounds.ts';
import { exifOrientation, type Orientation } from './exif.ts';
import type { PngHeader } from './types.ts';

/**
 * Reads a PNG's chunks up to its pixels: the size from IHDR, the orientation from eXIf.
 *
 * @returns undefined when the first chunk is no IHDR
 * @throws IMAGE_TOO_COMPLEX
 */
export function readPngHeader(bytes: Uint8Array): PngHeader | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 33 || chunkType(bytes, 8) !== 'IHDR') return undefined;
  const width = view.getUint32(16);
  const height = view.getUint32(20);
  if (width === 0 || height === 0) return undefined;
  let orientation: Orientation = 1;
  let chunks = 0;
  let frames = 1;
  for (const { type, data } of pngChunks(bytes)) {
    if (type === 'IDAT') break;
    if (++chunks > MAX_SEGMENTS) throw tooMany('chunks', MAX_SEGMENTS);
    if (type === 'eXIf') orientation = exifOrientation(data);
    if (type === 'acTL' && data.length >= 8) frames = new DataView(data.buffer, data.byteOffset).getUint32(0);
  }
  const bitsPerPixel = (bytes[24] ?? 0) * (SAMPLES[bytes[25] ?? 0] ?? 4);
  return { format: 'png', width, height, orientation, bitsPerPixel, interlaced: bytes[28] === 1, frames };
}

/** Samples a pixel by PNG's colour types: grey, RGB, a palette's RGB, grey with alpha, RGBA. */
const SAMPLES: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 3, 4: 2, 6: 4 };

/** The chunks of a PNG, checksums not looked at; a last one that is cut off is given as far as it goes. */
export function* pngChunks(bytes: Uint8Array): Generator<{ type: string; data: Uint8Array }> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 8; at + 12 <= bytes.length; ) {
    const length = view.getUint32(at);
    yield { type: chunkType(bytes, at), data: bytes.subarray(at + 8, at + 8 + length) };
    at += 12 + length;
  }
}

function chunkType(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(...bytes.subarray(at + 4, at + 8));
}
