import type { Kernel } from '../input-spec.ts';
import type { Pixels } from '../types.ts';
import type { Geometry } from './geometry.ts';
import { axisWeights } from './weights.ts';

/**
 * Resizes the wanted part of a picture into interleaved RGB values 0..255, not yet rounded.
 *
 * Separable: columns of the needed source rows first, then rows, with no rounding in between.
 */
export function resample(picture: Pixels, g: Geometry, kernel: Kernel): Float32Array {
  const xs = axisWeights(
    { source: picture.width, target: g.resizedWidth, offset: g.cropX, count: g.cropWidth },
    kernel,
  );
  const ys = axisWeights(
    { source: picture.height, target: g.resizedHeight, offset: g.cropY, count: g.cropHeight },
    kernel,
  );
  const { data } = picture;
  const line = xs.count * 3;
  const middle = new Float32Array((ys.to - ys.from) * line);
  for (let y = ys.from; y < ys.to; y++) {
    let out = (y - ys.from) * line;
    for (let x = 0; x < xs.count; x++) {
      let at = (y * picture.width + (xs.starts[x] ?? 0)) * 3;
      let r = 0;
      let g = 0;
      let b = 0;
      for (let t = x * xs.taps, end = t + xs.taps; t < end; t++) {
        const w = xs.weights[t] ?? 0;
        r += w * (data[at++] ?? 0);
        g += w * (data[at++] ?? 0);
        b += w * (data[at++] ?? 0);
      }
      middle[out++] = r;
      middle[out++] = g;
      middle[out++] = b;
    }
  }
  const result = new Float32Array(ys.count * line);
  for (let y = 0; y < ys.count; y++) {
    const out = y * line;
    for (let t = 0; t < ys.taps; t++) {
      const w = ys.weights[y * ys.taps + t] ?? 0;
      if (w === 0) continue;
      const at = ((ys.starts[y] ?? 0) - ys.from + t) * line;
      for (let i = 0; i < line; i++) result[out + i] = (result[out + i] ?? 0) + w * (middle[at + i] ?? 0);
    }
  }
  return result;
}
