import type { Kernel } from '../input-spec.ts';
import { KERNELS } from './kernels.ts';

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
}

/**
 * The weights of one axis, with the sampling grid of Pillow: pixel centres at half integers, the kernel widened by the
 * shrink factor, weights renormalised at the borders.
 */
export function axisWeights(axis: Axis, kernel: Kernel): AxisWeights {
  const { source, extent = source, target, offset, count } = axis;
  const scale = extent / target;
  const starts = new Int32Array(count);
  if (kernel === 'nearest') {
    for (let i = 0; i < count; i++) {
      starts[i] = Math.min(source - 1, Math.floor((offset + i + 0.5) * scale));
    }
    return finish(starts, new Float32Array(count).fill(1), 1, source);
  }
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

/** Memoised {@link axisWeights}: computing both axes of a photograph takes 0.02 ms. The result is shared. */
export function cachedWeights(axis: Axis, kernel: Kernel): AxisWeights {
  const { source, extent = source, target, offset, count } = axis;
  const key = `${source}/${extent}/${target}/${offset}/${count}/${kernel}`;
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
