import type { Kernel } from '../input-spec.ts';

/** The source samples that make one output sample, before the borders are looked at. */
export interface Samples {
  /** May lie beyond the border. */
  readonly first: number;
  /** Sum to 1. */
  readonly weights: readonly number[];
}

/**
 * Samples and weights of an output sample.
 *
 * @param index of the output sample
 * @param scale source samples per output sample
 */
export type SampleRow = (index: number, scale: number) => Samples;

/** OpenCV's cubic has another slope than Pillow's. */
const A = -0.75;

/**
 * Kernels that look at two or four samples, whatever the scale: OpenCV's `resize` (modules/imgproc/src/resize.cpp,
 * `INTER_LINEAR`, `INTER_CUBIC`), and `ResizeBilinear` of TensorFlow 1 with neither aligned corners nor half pixel centres.
 */
export function samplingRow(
  kernel: Extract<Kernel, 'opencv-bilinear' | 'opencv-bicubic' | 'tensorflow-bilinear'>,
): SampleRow {
  const cubic = kernel === 'opencv-bicubic';
  const half = kernel === 'tensorflow-bilinear' ? 0 : 0.5;
  return (index, scale) => {
    const at = (index + half) * scale - half;
    const floor = Math.floor(at);
    const part = at - floor;
    return cubic
      ? { first: floor - 1, weights: cubicWeights(part) }
      : { first: floor, weights: [1 - part, part] };
  };
}

function cubicWeights(x: number): readonly number[] {
  const before = ((A * (x + 1) - 5 * A) * (x + 1) + 8 * A) * (x + 1) - 4 * A;
  const left = ((A + 2) * x - (A + 3)) * x * x + 1;
  const right = ((A + 2) * (1 - x) - (A + 3)) * (1 - x) * (1 - x) + 1;
  return [before, left, right, 1 - before - left - right];
}

/** OpenCV's `INTER_AREA` when shrinking: each source sample counts by how much of it lies inside. */
export const areaRow: SampleRow = (index, scale) => {
  const from = index * scale;
  const to = from + scale;
  const first = Math.floor(from + 1e-9);
  const weights: number[] = [];
  for (let x = first; x < to - 1e-9; x++) {
    weights.push((Math.min(x + 1, to) - Math.max(x, from)) / scale);
  }
  return { first, weights };
};

/** OpenCV's `INTER_AREA` when enlarging: samples keep their colour, and blend over one output sample only. */
export const enlargedAreaRow: SampleRow = (index, scale) => {
  const first = Math.floor(index * scale);
  const part = index + 1 - (first + 1) / scale;
  const blend = part <= 0 ? 0 : part - Math.floor(part);
  return { first, weights: [1 - blend, blend] };
};
