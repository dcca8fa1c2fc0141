import type { Pixels } from '../image/types.ts';

const HEADER = 54;

/**
 * A frame as an uncompressed picture (24-bit BMP), for everything that takes encoded pictures: recognizers, crops,
 * annotations. Costs one pass over the pixels.
 */
export function framePicture({ width, height, data }: Pixels): Uint8Array {
  const stride = Math.ceil((width * 3) / 4) * 4;
  const bytes = new Uint8Array(HEADER + stride * height);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, 0x4d42, true);
  view.setUint32(2, bytes.length, true);
  view.setUint32(10, HEADER, true);
  view.setUint32(14, 40, true);
  view.setInt32(18, width, true);
  // Negative: the first row is the upper one.
  view.setInt32(22, -height, true);
  view.setUint16(26, 1, true);
  view.setUint16(28, 24, true);
  let from = 0;
  for (let row = 0; row < height; row += 1) {
    let to = HEADER + row * stride;
    for (let column = 0; column < width; column += 1) {
      bytes[to] = data[from + 2] ?? 0;
      bytes[to + 1] = data[from + 1] ?? 0;
      bytes[to + 2] = data[from] ?? 0;
      to += 3;
      from += 3;
    }
  }
  return bytes;
}

/** Bounds for recognizers: a frame was decoded already, so its size as a picture says nothing. */
export function frameLimits({ width, height }: Pixels): {
  readonly maxBytes: number;
  readonly maxPixels: number;
} {
  return { maxBytes: HEADER + (width * 3 + 4) * height, maxPixels: width * height };
}
