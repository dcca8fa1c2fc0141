import { MAX_FRAMES, MAX_SEGMENTS, tooMany } from './bounds.ts';
import { exifOrientation, type Orientation } from './exif.ts';
import type { WebpHeader } from './types.ts';

/**
 * Reads the size, the orientation and whether it moves from a WebP's chunks (RFC 9649).
 *
 * @returns undefined when no frame is described
 * @throws IMAGE_TOO_COMPLEX
 */
export function readWebpHeader(bytes: Uint8Array): WebpHeader | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let size: { width: number; height: number } | undefined;
  let orientation: Orientation = 1;
  let animated = false;
  let lossless = false;
  let chunks = 0;
  let frames = 0;
  for (let at = 12; at + 8 <= bytes.length; ) {
    const type = String.fromCharCode(...bytes.subarray(at, at + 4));
    const length = view.getUint32(at + 4, true);
    const data = bytes.subarray(at + 8, at + 8 + length);
    if (type === 'ANMF' && ++frames > MAX_FRAMES) throw tooMany('frames', MAX_FRAMES);
    if (++chunks - frames > MAX_SEGMENTS) throw tooMany('chunks', MAX_SEGMENTS);
    if (type === 'VP8X' && data.length >= 10) {
      animated = ((data[0] ?? 0) & 2) !== 0;
      size = { width: u24(data, 4) + 1, height: u24(data, 7) + 1 };
    } else if (type === 'VP8 ' && data.length >= 10) {
      size ??= { width: u16(data, 6) & 0x3fff, height: u16(data, 8) & 0x3fff };
    } else if (type === 'VP8L' && data.length >= 5) {
      lossless = true;
      const bits = view.getUint32(at + 9, true);
      size ??= { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
    } else if (type === 'EXIF') {
      orientation = exifOrientation(data);
    }
    at += 8 + length + (length & 1);
  }
  if (!size || size.width === 0 || size.height === 0) return undefined;
  return { format: 'webp', ...size, orientation, animated, lossless, ...(animated && { frames }) };
}

function u16(data: Uint8Array, at: number): number {
  return (data[at] ?? 0) | ((data[at + 1] ?? 0) << 8);
}

function u24(data: Uint8Array, at: number): number {
  return u16(data, at) | ((data[at + 2] ?? 0) << 16);
}
