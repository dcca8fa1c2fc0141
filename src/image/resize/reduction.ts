import type { Kernel } from '../input-spec.ts';

/** How many times smaller a picture is decoded than it is stored, across and down. */
export type Shrink = 1 | 2 | 4 | 8;

/**
 * What is left to resize is at least by this factor, so that the resampling kernel still decides what is seen, and not
 * the means that it gets.
 */
const LEAST_LEFT = 3;

/**
 * Least factor that is left for kernels that sample a few pixels: photographs of a training set shrink by 1.5 to 2 (500 × 375
 * to 256), so this is what models saw. Sampled from far larger pictures, every few dozenth pixel would decide.
 */
const LEAST_SAMPLED = 1.5;

/** Whether a kernel looks at the same few pixels however much the picture shrinks. */
export function isSampling(kernel: Kernel): boolean {
  return kernel === 'opencv-bilinear' || kernel === 'opencv-bicubic' || kernel === 'tensorflow-bilinear';
}

/**
 * By what a picture is averaged before a kernel that samples gets it, so that what is left is what its model was trained on.
 *
 * @param ratio pixels per resized pixel, of the axis that has fewer
 * @returns a power of two; 1 for kernels that are widened themselves
 */
export function samplingReduction(ratio: number, kernel: Kernel): number {
  if (!isSampling(kernel) || ratio < 2 * LEAST_SAMPLED) return 1;
  return 2 ** Math.floor(Math.log2(ratio / LEAST_SAMPLED));
}

/**
 * How small a picture may be decoded before it is resized.
 *
 * @param ratio stored pixels per resized pixel, of the axis that has fewer
 * @returns 1 for kernels whose edges are whole samples: which one they take would depend on the reduction
 */
export function reductionFor(ratio: number, kernel: Kernel): Shrink {
  if (kernel === 'nearest' || kernel === 'area') return 1;
  if (isSampling(kernel)) {
    const reduction = samplingReduction(ratio, kernel);
    return ([8, 4, 2] as const).find((shrink) => shrink <= reduction) ?? 1;
  }
  return ([8, 4, 2] as const).find((shrink) => ratio / shrink >= LEAST_LEFT) ?? 1;
}

/** Pixels of a whole picture that need no saving: 12 MB as RGB. */
const ENOUGH_PIXELS = 4_000_000;

/**
 * How small a whole picture may be decoded before it is resized: no smaller than memory asks for. libjpeg's and libwebp's
 * own scaling is further from exact than Pictor's planes are (1 to 2 levels on average against 0.3).
 *
 * @param pixels of the stored picture
 * @param ratio stored pixels per resized pixel, of the axis that has fewer
 */
export function reductionToSave(pixels: number, ratio: number, kernel: Kernel): Shrink {
  const most = reductionFor(ratio, kernel);
  return (
    ([1, 2, 4] as const).find((shrink) => shrink >= most || pixels / shrink ** 2 <= ENOUGH_PIXELS) ?? most
  );
}
