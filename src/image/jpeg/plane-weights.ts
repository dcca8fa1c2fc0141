import type { Kernel } from '../input-spec.ts';
import { type Axis, axisKey, axisWeights } from '../resize/weights.ts';

/** One axis of a plane's resize in fixed point, as `planes.as` takes it. */
export interface PlaneWeights {
  readonly count: number;
  /** Source samples of each output sample, filled up with weights of 0. */
  readonly taps: number;
  /** First source sample of each output sample. */
  readonly starts: Int32Array;
  /** `count × taps` fractions of {@link ONE}; those of one output sample sum to it. */
  readonly weights: Int16Array;
}

/** The weight 1: two bits are left for kernels that overshoot. */
const ONE = 1 << 14;

/** Axes that are remembered, about 5 KB each: pictures of one source tend to have few sizes. */
const REMEMBERED = 128;

/** Weights of one remembered axis. */
const MAX_REMEMBERED = 16_384;

const remembered = new Map<string, PlaneWeights>();

/**
 * The weights of one axis of a plane. Where chroma has half of luma's samples, they are those of enlarging it first, as
 * libjpeg's "fancy" upsampling does (three parts of the nearer sample, one of the farther), and then resizing.
 *
 * @param axis in samples of luma
 * @param halved whether the plane has half of them
 * @param multiple the taps are filled up to one of these
 */
export function planeWeights(axis: Axis, kernel: Kernel, halved: boolean, multiple: 2 | 8): PlaneWeights {
  const key = `${axisKey(axis, kernel)}/${halved}/${multiple}`;
  const known = remembered.get(key) ?? computeWeights(axis, kernel, halved, multiple);
  remembered.delete(key);
  const [oldest] = remembered.size >= REMEMBERED ? remembered.keys() : [];
  if (oldest !== undefined) remembered.delete(oldest);
  if (known.weights.length <= MAX_REMEMBERED) remembered.set(key, known);
  return known;
}

/** Takes the first sample for every output sample. */
export function neutralWeights(count: number, taps: number): PlaneWeights {
  const weights = new Int16Array(count * taps);
  for (let i = 0; i < count; i++) weights[i * taps] = ONE;
  return { count, taps, starts: new Int32Array(count), weights };
}

function computeWeights(axis: Axis, kernel: Kernel, halved: boolean, multiple: number): PlaneWeights {
  const full = axisWeights(axis, kernel);
  const { count } = full;
  // Samples `2j` and `2j + 1` need their neighbours on both sides.
  const needed = halved ? (full.taps >> 1) + 3 : full.taps;
  const taps = Math.ceil(needed / multiple) * multiple;
  const starts = new Int32Array(count);
  const weights = new Int16Array(count * taps);
  const row = new Float64Array(taps);
  const last = Math.ceil(axis.source / 2) - 1;
  for (let i = 0; i < count; i++) {
    const from = full.starts[i] ?? 0;
    const start = halved ? Math.max(0, (from >> 1) - 1) : from;
    row.fill(0);
    for (let t = 0; t < full.taps; t++) {
      const weight = full.weights[i * full.taps + t] ?? 0;
      if (halved) addHalved(row, from + t, weight, start, last);
      else row[t] = weight;
    }
    starts[i] = start;
    toFixedPoint(row, weights, i * taps);
  }
  return { count, taps, starts, weights };
}

/** Turns the weight of one of luma's samples into those of the two that it was made from. */
function addHalved(row: Float64Array, sample: number, weight: number, start: number, last: number): void {
  const near = Math.min(last, sample >> 1);
  const far = Math.min(last, Math.max(0, near + (sample % 2 === 0 ? -1 : 1)));
  row[near - start] = (row[near - start] ?? 0) + 0.75 * weight;
  row[far - start] = (row[far - start] ?? 0) + 0.25 * weight;
}

/** Rounds; what is missing to 1 goes to the largest weight, so that an even area stays as it is. */
function toFixedPoint(row: Float64Array, out: Int16Array, at: number): void {
  let left = ONE;
  let largest = 0;
  for (let t = 0; t < row.length; t++) {
    const weight = row[t] ?? 0;
    const rounded = Math.round(weight * ONE);
    out[at + t] = rounded;
    left -= rounded;
    if (weight > (row[largest] ?? 0)) largest = t;
  }
  out[at + largest] = (out[at + largest] ?? 0) + left;
}
