/** A dense tensor in double precision. */
export interface Exact {
  readonly dims: readonly number[];
  readonly data: Float64Array;
}

export function sizeOf(dims: readonly number[]): number {
  return dims.reduce((product, length) => product * length, 1);
}

/** A tensor whose values are computed from their place. */
export function tensorOf(dims: readonly number[], value: (at: readonly number[]) => number): Exact {
  const data = new Float64Array(sizeOf(dims));
  const at = dims.map(() => 0);
  for (let i = 0; i < data.length; i++) {
    data[i] = value(at);
    for (let axis = dims.length - 1; axis >= 0; axis--) {
      at[axis] = (at[axis] ?? 0) + 1;
      if ((at[axis] ?? 0) < (dims[axis] ?? 0)) break;
      at[axis] = 0;
    }
  }
  return { dims, data };
}

/** The value at a place; 0 outside. */
export function valueAt({ dims, data }: Exact, at: readonly number[]): number {
  let index = 0;
  for (const [axis, length] of dims.entries()) {
    const place = at[axis] ?? 0;
    if (place < 0 || place >= length) return 0;
    index = index * length + place;
  }
  return data[index] ?? 0;
}

/** The value at a place of a tensor that is repeated along axes of length 1 and along missing leading ones. */
export function broadcastAt(tensor: Exact, at: readonly number[]): number {
  const skip = at.length - tensor.dims.length;
  return valueAt(
    tensor,
    tensor.dims.map((length, axis) => (length === 1 ? 0 : (at[axis + skip] ?? 0))),
  );
}

export function broadcastDims(a: readonly number[], b: readonly number[]): number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const [x = 1, y = 1] = [a[i - rank + a.length], b[i - rank + b.length]];
    return x === 1 ? y : x;
  });
}

/** Values between about -2 and 2 without two that are equal or a zero, so that no kink is met. */
export function distinct(dims: readonly number[], seed: number): Exact {
  const n = sizeOf(dims);
  const order = Array.from({ length: n }, (_, i) => i);
  let state = (seed * 2654435761 + 12345) >>> 0;
  for (let i = n - 1; i > 0; i--) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const j = Math.floor((state / 2 ** 32) * (i + 1));
    [order[i], order[j]] = [order[j] ?? 0, order[i] ?? 0];
  }
  return { dims, data: Float64Array.from(order, (k) => Math.fround(((k + 0.5) / n - 0.5) * 4 + 0.001)) };
}
