import type { PictureHeader } from './formats/headers/types.ts';
import type { Shrink } from './resize/reduction.ts';

/** Rows, tables and buffers that a decode takes whatever the picture, bytes. */
const BASE_BYTES = 4 * 1024 * 1024;

/**
 * The memory that decoding a picture may take at its peak, from its header alone: what the format's decoder keeps of a
 * pixel, and the RGB that comes out. Measured values and their method are in `docs/safety.md`.
 *
 * @param shrink how many times smaller than stored the pixels are decoded (1: whole)
 * @returns bytes, never less than was measured
 * @example
 * decodeCost(header, 1); // 148 MB for a lossless WebP of 12 megapixels
 */
export function decodeCost(header: PictureHeader, shrink: Shrink): number {
  const pixels = header.width * header.height;
  const out = pixels / shrink ** 2;
  return Math.ceil(BASE_BYTES + heldBytes(header, pixels, shrink) + out * outBytes(header, shrink));
}

/** RGB comes out; turning a picture, which needs it whole, takes it once more. */
function outBytes(header: PictureHeader, shrink: Shrink): number {
  const turned = header.orientation !== 1 ? 3 : 0;
  return header.format === 'bmp' ? 7 : 3 + turned * (shrink === 1 ? 1 : 2);
}

/** What the decoder keeps, whatever comes out of it. */
function heldBytes(header: PictureHeader, pixels: number, shrink: Shrink): number {
  switch (header.format) {
    case 'jpeg':
      // Several scans: all coefficients are kept, two bytes each. Else rows are decoded in order.
      return header.scans > 1 || header.coding !== 'baseline' ? pixels * 2 * header.components : 0;
    case 'webp':
      if (header.lossless || header.animated) return pixels * 8;
      return shrink === 1 ? pixels * 4.5 : pixels * 1.5;
    case 'png':
      return header.interlaced ? pixels * Math.ceil(header.bitsPerPixel / 8) * 2 : 0;
    case 'gif':
      return pixels * 8;
    case 'tiff':
      return header.tilePixels * Math.ceil(header.bitsPerPixel / 8) + pixels * 0.5;
    case 'avif':
      return Math.max(pixels, header.codedPixels) * 12;
    case 'bmp':
      return 0;
  }
}
