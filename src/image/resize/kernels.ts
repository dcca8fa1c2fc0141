import type { Kernel } from '../input-spec.ts';

interface KernelShape {
  /** Half width at scale 1, in source pixels. */
  readonly support: number;
  readonly weight: (x: number) => number;
}

/** The kernels that are widened when shrinking. */
export type PillowKernel = Exclude<Kernel, 'nearest' | `opencv-${string}` | `tensorflow-${string}`>;

/** Keys' cubic convolution with a = -0.5, as Pillow and torchvision's anti-aliased bicubic use it. */
const A = -0.5;

function sinc(x: number): number {
  if (x === 0) return 1;
  const t = x * Math.PI;
  return Math.sin(t) / t;
}

/**
 * The filters of Pillow's `Image.resize` (src/libImaging/Resample.c); `area` is its BOX.
 *
 * Keys, "Cubic convolution interpolation for digital image processing", 1981; Duchon, "Lanczos filtering in one and
 * two dimensions", 1979.
 */
export const KERNELS: Readonly<Record<PillowKernel, KernelShape>> = {
  area: { support: 0.5, weight: (x) => (x > -0.5 && x <= 0.5 ? 1 : 0) },
  bilinear: { support: 1, weight: (x) => Math.max(0, 1 - Math.abs(x)) },
  bicubic: {
    support: 2,
    weight: (x) => {
      const t = Math.abs(x);
      if (t < 1) return ((A + 2) * t - (A + 3)) * t * t + 1;
      return t < 2 ? (((t - 5) * t + 8) * t - 4) * A : 0;
    },
  },
  lanczos3: { support: 3, weight: (x) => (x > -3 && x < 3 ? sinc(x) * sinc(x / 3) : 0) },
};
