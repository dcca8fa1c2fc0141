import type { Pixels } from '../../../src/image/types.ts';

type Name = 'nearest' | 'area' | 'bilinear' | 'bicubic' | 'lanczos3';

/** The kernels from their definitions, for a sample at distance `d` (in source samples at scale 1). */
const kernels: Record<Exclude<Name, 'nearest'>, { radius: number; at: (d: number) => number }> = {
  area: { radius: 0.5, at: (d) => (d > -0.5 && d <= 0.5 ? 1 : 0) },
  bilinear: { radius: 1, at: (d) => (Math.abs(d) < 1 ? 1 - Math.abs(d) : 0) },
  // Keys 1981, equations 7 to 9, with the free parameter at -1/2 (third-order accurate).
  bicubic: {
    radius: 2,
    at: (d) => {
      const s = Math.abs(d);
      if (s <= 1) return 1.5 * s ** 3 - 2.5 * s ** 2 + 1;
      return s < 2 ? -0.5 * s ** 3 + 2.5 * s ** 2 - 4 * s + 2 : 0;
    },
  },
  lanczos3: {
    radius: 3,
    at: (d) => {
      if (d === 0) return 1;
      if (Math.abs(d) >= 3) return 0;
      return (3 * Math.sin(Math.PI * d) * Math.sin((Math.PI * d) / 3)) / (Math.PI * Math.PI * d * d);
    },
  },
};

/**
 * Anti-aliased resizing as its textbooks describe it, in float64 and straight: each output pixel is the weighted mean of
 * all source pixels under the kernel that is centred on it and stretched by the shrink factor. Slow, and sharing nothing
 * with the code under test.
 */
export function referenceResize(picture: Pixels, width: number, height: number, name: Name): Float64Array {
  const out = new Float64Array(width * height * 3);
  const columns = Array.from({ length: width }, (_, x) => weights(x, picture.width, width, name));
  const rows = Array.from({ length: height }, (_, y) => weights(y, picture.height, height, name));
  rows.forEach((row, y) => {
    columns.forEach((column, x) => {
      for (let c = 0; c < 3; c++) {
        let sum = 0;
        let total = 0;
        for (const [v, wv] of row) {
          for (const [u, wu] of column) {
            sum += wv * wu * (picture.data[(v * picture.width + u) * 3 + c] ?? 0);
            total += wv * wu;
          }
        }
        out[(y * width + x) * 3 + c] = sum / total;
      }
    });
  });
  return out;
}

/** Source samples under an output sample, with their weights. */
function weights(index: number, source: number, target: number, name: Name): [number, number][] {
  const ratio = source / target;
  // Output sample `index` covers index/target to (index+1)/target of the axis; this is its middle.
  const middle = (index + 0.5) * ratio;
  if (name === 'nearest') return [[Math.min(source - 1, Math.floor(middle)), 1]];
  const { radius, at } = kernels[name];
  const stretch = Math.max(ratio, 1);
  const found: [number, number][] = [];
  for (let sample = 0; sample < source; sample++) {
    const distance = sample + 0.5 - middle;
    if (Math.abs(distance) > radius * stretch) continue;
    // Pillow takes whole samples only: those whose rounded borders lie inside the kernel's window.
    if (sample < Math.trunc(middle - radius * stretch + 0.5)) continue;
    if (sample >= Math.trunc(middle + radius * stretch + 0.5)) continue;
    const weight = at(distance / stretch);
    if (weight !== 0) found.push([sample, weight]);
  }
  return found;
}
