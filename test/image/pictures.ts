import sharp, { type Sharp } from 'sharp';
import type { Pixels } from '../../src/image/types.ts';

/** A picture whose corners tell its orientation: red top left, green top right, blue bottom left, grey bottom right. */
export function testPixels(width = 48, height = 32): Pixels {
  const data = new Uint8Array(width * height * 3);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const u = x / (width - 1);
      const v = y / (height - 1);
      data[at++] = Math.round(255 * (1 - u) * (1 - v) + 120 * u * v);
      data[at++] = Math.round(255 * u * (1 - v) + 120 * u * v);
      data[at++] = Math.round(255 * (1 - u) * v + 120 * u * v);
    }
  }
  return { width, height, data };
}

/** The same as a sharp pipeline that can be encoded. */
export function asSharp({ width, height, data }: Pixels): Sharp {
  return sharp(data, { raw: { width, height, channels: 3 } });
}

/** Largest and mean difference of two pictures of the same size, in levels of 255. */
export function difference(a: Pixels, b: Pixels): { max: number; mean: number } {
  if (a.width !== b.width || a.height !== b.height) return { max: 255, mean: 255 };
  let max = 0;
  let sum = 0;
  a.data.forEach((value, i) => {
    const distance = Math.abs(value - (b.data[i] ?? 0));
    max = Math.max(max, distance);
    sum += distance;
  });
  return { max, mean: sum / a.data.length };
}
