/** How the axes of a rank-4 value are stored: channels first, or as TensorFlow Lite has them. */
export type Layout = 'nchw' | 'plain';

export const TO_NCHW = [0, 3, 1, 2] as const;
export const TO_NHWC = [0, 2, 3, 1] as const;

/** Position of axis `axis` of NHWC in NCHW. */
export const NCHW_AXIS = [0, 2, 3, 1] as const;

/** Moves the axes of densely packed elements. */
export function permute(
  data: Uint8Array,
  width: number,
  shape: readonly number[],
  permutation: readonly number[],
): Uint8Array {
  const strides = shape.map((_, i) => shape.slice(i + 1).reduce((product, dim) => product * dim, width));
  const dims = permutation.map((axis) => shape[axis] ?? 1);
  const steps = permutation.map((axis) => strides[axis] ?? 0);
  if (width === 4 && data.byteOffset % 4 === 0) return permuteWords(data, shape, permutation);
  const out = new Uint8Array(data.byteLength);
  const position = dims.map(() => 0);
  let from = 0;
  for (let to = 0; to < out.byteLength; to += width) {
    for (let b = 0; b < width; b++) out[to + b] = data[from + b] ?? 0;
    for (let axis = dims.length - 1; axis >= 0; axis--) {
      const next = (position[axis] ?? 0) + 1;
      from += steps[axis] ?? 0;
      position[axis] = next;
      if (next < (dims[axis] ?? 1)) break;
      from -= next * (steps[axis] ?? 0);
      position[axis] = 0;
    }
  }
  return out;
}

/** The same for elements of four bytes, which are most: rows of the last axis are written in one go. */
function permuteWords(
  data: Uint8Array,
  shape: readonly number[],
  permutation: readonly number[],
): Uint8Array {
  const from = new Uint32Array(data.buffer, data.byteOffset, data.byteLength / 4);
  const strides = shape.map((_, i) => shape.slice(i + 1).reduce((product, dim) => product * dim, 1));
  const dims = permutation.map((axis) => shape[axis] ?? 1);
  const steps = permutation.map((axis) => strides[axis] ?? 0);
  const out = new Uint32Array(from.length);
  const run = dims.at(-1) ?? 1;
  const step = steps.at(-1) ?? 1;
  const position = dims.map(() => 0);
  let start = 0;
  for (let to = 0; to < out.length; ) {
    for (let i = 0, at = start; i < run; i++, at += step) out[to++] = from[at] ?? 0;
    for (let axis = dims.length - 2; axis >= 0; axis--) {
      const next = (position[axis] ?? 0) + 1;
      start += steps[axis] ?? 0;
      position[axis] = next;
      if (next < (dims[axis] ?? 1)) break;
      start -= next * (steps[axis] ?? 0);
      position[axis] = 0;
    }
  }
  return new Uint8Array(out.buffer);
}
