import { type Orientation, swapsSides } from './formats/headers/exif.ts';
import type { Pixels } from './types.ts';

/** Where the upright picture's first pixel is stored, and whether its rows are stored as columns. */
export interface Turn {
  readonly swap: boolean;
  readonly right: boolean;
  readonly bottom: boolean;
}

export function turnOf(orientation: Orientation): Turn {
  return {
    swap: swapsSides(orientation),
    right: orientation === 2 || orientation === 3 || orientation === 7 || orientation === 8,
    bottom: orientation === 3 || orientation === 4 || orientation === 6 || orientation === 7,
  };
}

/**
 * Turns stored pixels upright.
 *
 * @param orientation as EXIF counts them (TIFF/EP): 2 mirrored, 3 upside down, 6 lies on its left side, …
 * @returns the same object when nothing is to be done
 */
export function orient(pixels: Pixels, orientation: Orientation): Pixels {
  if (orientation === 1) return pixels;
  const { width, height, data } = pixels;
  const { swap, right, bottom } = turnOf(orientation);
  const w = swap ? height : width;
  const h = swap ? width : height;
  const first = (bottom ? (height - 1) * width : 0) + (right ? width - 1 : 0);
  const alongWidth = right ? -1 : 1;
  const alongHeight = bottom ? -width : width;
  const stepX = swap ? alongHeight : alongWidth;
  const stepY = swap ? alongWidth : alongHeight;
  const out = new Uint8Array(w * h * 3);
  for (let y = 0, at = 0; y < h; y++) {
    let from = (first + y * stepY) * 3;
    for (let x = 0; x < w; x++, at += 3, from += stepX * 3) {
      out[at] = data[from] ?? 0;
      out[at + 1] = data[from + 1] ?? 0;
      out[at + 2] = data[from + 2] ?? 0;
    }
  }
  return { width: w, height: h, data: out };
}
