import type { Pixels } from '../types.ts';

/**
 * Luma of ITU-R BT.601 in all three channels, rounded as Pillow's `convert('L')` does it.
 *
 * @param picture RGB
 */
export function toGray(picture: Pixels): Pixels {
  const { data } = picture;
  const gray = new Uint8Array(data.length);
  for (let i = 0; i + 2 < data.length; i += 3) {
    const [r, g, b] = [data[i] ?? 0, data[i + 1] ?? 0, data[i + 2] ?? 0];
    const luma = (r * 19_595 + g * 38_470 + b * 7471 + 0x8000) >> 16;
    gray[i] = luma;
    gray[i + 1] = luma;
    gray[i + 2] = luma;
  }
  return { ...picture, data: gray };
}
