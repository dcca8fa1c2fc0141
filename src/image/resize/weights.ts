import type { Kernel } from '../input-spec.ts';
import { KERNELS, type PillowKernel } from './kernels.ts';
import { areaRow, enlargedAreaRow, type SampleRow, samplingRow } from './sampling.ts';

/** One axis of a separable resize: which source samples make each output sample, and how much of each. */
export interface AxisWeights {
  /** Output samples. */
  readonly count: number;
  /** Source samples each output sample has room for. */
  readonly taps: number;
  /** First source sample of each output sample. */
  readonly starts: Int32Array;
  /** `count × taps` weights; those of one output sample sum to 1, unused ones are 0. */
  readonly weights: Float32Array;
  /** First source sample that any output needs. */
  readonly from: number;
  /** One past the last source sample that any output needs. */
  readonly to: number;
}

/** Which part of a resized axis is wanted. */
export interface Axis {
  /** Source samples. */
  readonly source: number;
  /** What the resized axis shows, in source samples, where the last one is not all of it (default `source`). */
  readonly extent?: number;
  /** Samples of the whole resized axis. */
  readonly target: number;
  /** First wanted output sample. */
  readonly offset: number;
  /** Wanted output samples. */
  readonly count: number;
  /** So many source samples are averaged before the kernel gets them (default 1). */
  readonly reduce?: number;
  /** Whether the other axis is enlarged: OpenCV's area kernel is another one then. */
  readonly otherEnlarged?: boolean;
}

/** The weights of one axis. */
export function axisWeights(axis: Axis, kernel: Kernel): AxisWeights {
  switch (kernel) {
    case 'nearest':
      return nearestWeights(axis);
    case 'opencv-bilinear':
    case 'opencv-bicubic':
    case 'tensorflow-bilinear':
      return rowWeights(axis, samplingRow(kernel));
    case 'opencv-area': {
      const { source, extent = source, target, otherEnlarged = false } = axis;
      return rowWeights(axis, otherEnlarged || extent < target ? enlargedAreaRow : areaRow);
    }
    default:
      return pillowWeights(axis, kernel);
  }
}

function nearestWeights({ source, extent = source, target, offset, count }: Axis): AxisWeights {
  const starts = new Int32Array(count);
  for (let i = 0; i < count; i++) {
    starts[i] = Math.min(source - 1, Math.floor((offset + i + 0.5) * (extent / target)));
  }
  return finish(starts, new Float32Array(count).fill(1), 1, source);
}

/** Weights that a kernel gives row by row, over samples that are means of `reduce` source samples each. */
function rowWeights(
  { source, extent = source, target, offset, count, reduce = 1 }: Axis,
  rowOf: SampleRow,
): AxisWeights {
  const scale = extent / reduce / target;
  const last = Math.ceil(source / reduce) - 1;
  const rows = Array.from({ length: count }, (_, i) => rowOf(offset + i, scale));
  const widest = Math.max(...rows.map(({ weights }) => weights.length));
  const taps = Math.min(source, widest * reduce);
  const starts = new Int32Array(count);
  const weights = new Float32Array(count * taps);
  for (const [i, row] of rows.entries()) {
    // What lies beyond the border counts as the border.
    const first = Math.min(last, Math.max(0, row.first));
    const start = Math.max(0, Math.min(first * reduce, source - taps));
    for (const [t, weight] of row.weights.entries()) {
      const sample = Math.min(last, Math.max(0, row.first + t));
      const from = sample * reduce;
      const to = Math.min(source, from + reduce);
      for (let x = from; x < to; x++) {
        const at = i * taps + x - start;
        weights[at] = (weights[at] ?? 0) + weight / (to - from);
      }
    }
    starts[i] = start;
  }
  return finish(starts, weights, taps, source);
}

/**
 * The sampling grid of Pillow: pixel centres at half integers, the kernel widened by the shrink factor, weights
 * renormalised at the borders.
 */
function pillowWeights(axis: Axis, kernel: PillowKernel): AxisWeights {
  const { source, extent = source, target, offset, count } = axis;
  const scale = extent / target;
  const starts = new Int32Array(count);
  const { support, weight } = KERNELS[kernel];
  const stretch = Math.max(1, scale);
  const reach = support * stretch;
  // A window of length 2 × reach holds at most so many sample middles, and never more than there are samples.
  const taps = Math.min(source, Math.ceil(2 * reach));
  const weights = new Float32Array(count * taps);
  const row = new Float64Array(taps);
  for (let i = 0; i < count; i++) {
    const center = (offset + i + 0.5) * scale;
    const first = Math.max(0, Math.trunc(center - reach + 0.5));
    const end = Math.min(source, Math.trunc(center + reach + 0.5));
    let sum = 0;
    for (let x = first; x < end; x++) {
      const value = weight((x - center + 0.5) / stretch);
      row[x - first] = value;
      sum += value;
    }
    // A window at the far border begins earlier, padded by zeros, so that every window lies inside the source.
    const start = Math.min(first, source - taps);
    for (let x = first; x < end; x++) weights[i * taps + x - start] = (row[x - first] ?? 0) / sum;
    starts[i] = start;
  }
  return finish(starts, weights, taps, source);
}

/** Axes that are remembered: pictures of one source tend to have few sizes. */
const REMEMBERED = 32;

/** Weights of one remembered axis. */
const MAX_REMEMBERED = 16_384;

const remembered = new Map<string, AxisWeights>();

/** Tells axes apart. */
export function axisKey(
  { source, extent, target, offset, count, reduce, otherEnlarged }: Axis,
  kernel: Kernel,
): string {
  return `${source}/${extent}/${target}/${offset}/${count}/${reduce}/${otherEnlarged}/${kernel}`;
}

/** Memoised {@link axisWeights}: computing both axes of a photograph takes 0.02 ms. The result is shared. */
export function cachedWeights(axis: Axis, kernel: Kernel): AxisWeights {
  const key = axisKey(axis, kernel);
  const known = remembered.get(key) ?? axisWeights(axis, kernel);
  // Last used goes last; the first one is forgotten.
  remembered.delete(key);
  const [oldest] = remembered.size >= REMEMBERED ? remembered.keys() : [];
  if (oldest !== undefined) remembered.delete(oldest);
  if (known.weights.length <= MAX_REMEMBERED) remembered.set(key, known);
  return known;
}

function finish(starts: Int32Array, weights: Float32Array, taps: number, source: number): AxisWeights {
  const count = starts.length;
  const from = starts[0] ?? 0;
  const to = Math.min(source, (starts[count - 1] ?? 0) + taps);
  return { count, taps, starts, weights, from, to };
}
