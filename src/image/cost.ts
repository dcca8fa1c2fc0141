import type { PictureHeader } from './formats/headers/types.ts';
import type { Shrink } from './resize/reduction.ts';

/** Libraries' own buffers and the encoded file, whatever the picture, bytes (measured: 20 to 25 MB). */
const BASE_BYTES = 24 * 1024 * 1024;

/**
 * The memory that decoding a picture may take at its peak, from its header alone: what the format's decoder keeps of a
 * pixel, and the RGB that comes out. `scripts/picture-costs.ts` measures it; `docs/safety.md` has the table.
 *
 * @param shrink how many times smaller than stored the pixels are decoded (1: whole)
 * @returns bytes
 * @example
 * const header = { format: 'webp', width: 4000, height: 3000, orientation: 1, animated: false, lossless: false } as const;
 * decodeCost(header, 1) > 100_000_000; // true
 */
export function decodeCost(header: PictureHeader, shrink: Shrink): number {
  const pixels = header.width * header.height;
  const out = pixels / shrink ** 2;
  return Math.ceil(BASE_BYTES + heldBytes(header, pixels, shrink) + out * outBytes(header));
}

/** RGB comes out; turning a picture, which needs it whole, takes it once more. */
function outBytes(header: PictureHeader): number {
  if (header.format === 'bmp') return 7;
  return header.orientation === 1 ? 3 : 6;
}

/** What the decoder keeps, whatever comes out of it. */
function heldBytes(header: PictureHeader, pixels: number, shrink: Shrink): number {
  switch (header.format) {
    case 'jpeg':
      // Several scans: all coefficients are kept, two bytes each. Else rows are decoded in order.
      return header.scans > 1 || header.coding !== 'baseline' ? pixels * 2 * header.samplesPerPixel : 0;
    case 'webp':
      if (header.animated) return pixels * 10;
      if (header.lossless) return pixels * (shrink === 1 ? 8 : 5);
      return shrink === 1 ? pixels * 7 : pixels * 0.5;
    case 'png':
      return header.interlaced ? pixels * Math.ceil(header.bitsPerPixel / 8) : 0;
    case 'gif':
      return pixels * 5;
    case 'tiff':
      return header.tilePixels * Math.ceil(header.bitsPerPixel / 8) + pixels * 0.5;
    case 'avif':
      return Math.max(pixels, header.codedPixels) * 18;
    case 'bmp':
      return 0;
  }
}
