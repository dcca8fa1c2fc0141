/** Operators in double precision, as plain as can be. */
import { broadcastAt, broadcastDims, type Exact, sizeOf, tensorOf, valueAt } from './tensor.ts';

export interface Geometry {
  readonly kernel: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly dilations: readonly [number, number];
  readonly pads: readonly [number, number, number, number];
}

/** Length of one axis of a convolution's output. */
export function windowed(
  { kernel, strides, dilations, pads }: Geometry,
  axis: 0 | 1,
  length: number,
): number {
  const reach = (kernel[axis] - 1) * dilations[axis] + 1;
  return Math.floor((length + pads[axis] + (pads[axis + 2] ?? 0) - reach) / strides[axis]) + 1;
}

export function conv(x: Exact, w: Exact, b: Exact | undefined, g: Geometry, group: number): Exact {
  const [n = 1, c = 1, height = 1, width = 1] = x.dims;
  const [o = 1] = w.dims;
  const dims = [n, o, windowed(g, 0, height), windowed(g, 1, width)];
  const share = c / group;
  return tensorOf(dims, ([image = 0, out = 0, row = 0, column = 0]) => {
    let sum = b?.data[out] ?? 0;
    const first = Math.floor(out / (o / group)) * share;
    for (let ic = 0; ic < share; ic++) {
      for (let i = 0; i < g.kernel[0]; i++) {
        for (let j = 0; j < g.kernel[1]; j++) {
          const y = row * g.strides[0] + i * g.dilations[0] - g.pads[0];
          const z = column * g.strides[1] + j * g.dilations[1] - g.pads[1];
          sum += valueAt(x, [image, first + ic, y, z]) * valueAt(w, [out, ic, i, j]);
        }
      }
    }
    return sum;
  });
}

/** Length of one axis of a transposed convolution's output. */
export function transposedLength(
  { kernel, strides, dilations, pads }: Geometry,
  axis: 0 | 1,
  length: number,
): number {
  const reach = (kernel[axis] - 1) * dilations[axis] + 1;
  return (length - 1) * strides[axis] + reach - pads[axis] - (pads[axis + 2] ?? 0);
}

export function convTranspose(x: Exact, w: Exact, b: Exact | undefined, g: Geometry, group: number): Exact {
  const [n = 1, c = 1, height = 1, width = 1] = x.dims;
  const share = w.dims[1] ?? 1;
  const dims = [n, share * group, transposedLength(g, 0, height), transposedLength(g, 1, width)];
  const y = tensorOf(dims, ([, channel = 0]) => b?.data[channel] ?? 0);
  const [, , oh = 1, ow = 1] = dims;
  for (let image = 0; image < n; image++) {
    for (let ic = 0; ic < c; ic++) {
      const first = Math.floor(ic / (c / group)) * share;
      for (let row = 0; row < height; row++) {
        for (let column = 0; column < width; column++) {
          const value = valueAt(x, [image, ic, row, column]);
          for (let oc = 0; oc < share; oc++) {
            for (let i = 0; i < g.kernel[0]; i++) {
              for (let j = 0; j < g.kernel[1]; j++) {
                const u = row * g.strides[0] + i * g.dilations[0] - g.pads[0];
                const v = column * g.strides[1] + j * g.dilations[1] - g.pads[1];
                if (u < 0 || v < 0 || u >= oh || v >= ow) continue;
                const at = ((image * share * group + first + oc) * oh + u) * ow + v;
                y.data[at] = (y.data[at] ?? 0) + value * valueAt(w, [ic, oc, i, j]);
              }
            }
          }
        }
      }
    }
  }
  return y;
}

export function pool(
  x: Exact,
  g: Geometry,
  kind: 'max' | 'mean',
  options: { readonly padded?: boolean; readonly ceil?: boolean } = {},
): Exact {
  const [n = 1, c = 1, height = 1, width = 1] = x.dims;
  const length = (axis: 0 | 1, size: number) => {
    const free =
      size + g.pads[axis] + (g.pads[axis + 2] ?? 0) - ((g.kernel[axis] - 1) * g.dilations[axis] + 1);
    const floor = Math.floor(free / g.strides[axis]) + 1;
    const ceil = Math.ceil(free / g.strides[axis]) + 1;
    // A window that would begin in the padding behind the picture is dropped.
    const begins = (ceil - 1) * g.strides[axis] < size + g.pads[axis];
    return options.ceil && begins ? ceil : floor;
  };
  return tensorOf(
    [n, c, length(0, height), length(1, width)],
    ([image = 0, channel = 0, row = 0, column = 0]) => {
      const values: number[] = [];
      let count = 0;
      for (let i = 0; i < g.kernel[0]; i++) {
        for (let j = 0; j < g.kernel[1]; j++) {
          const y = row * g.strides[0] + i * g.dilations[0] - g.pads[0];
          const z = column * g.strides[1] + j * g.dilations[1] - g.pads[1];
          const inside = y >= 0 && z >= 0 && y < height && z < width;
          if (inside) values.push(valueAt(x, [image, channel, y, z]));
          if (inside || (options.padded && y < height + g.pads[2] && z < width + g.pads[3])) count++;
        }
      }
      return kind === 'max' ? Math.max(...values) : values.reduce((a, b) => a + b, 0) / count;
    },
  );
}

export function elementwise(f: (x: number) => number): (x: Exact) => Exact {
  return ({ dims, data }) => ({ dims, data: data.map((value) => f(value)) });
}

export function binary(f: (a: number, b: number) => number): (a: Exact, b: Exact) => Exact {
  return (a, b) => tensorOf(broadcastDims(a.dims, b.dims), (at) => f(broadcastAt(a, at), broadcastAt(b, at)));
}

export function matMul(a: Exact, b: Exact): Exact {
  const [rows = 1, inner = 1] = a.dims.slice(-2);
  const columns = b.dims.at(-1) ?? 1;
  const batch = broadcastDims(a.dims.slice(0, -2), b.dims.slice(0, -2));
  return tensorOf([...batch, rows, columns], (at) => {
    const [row = 0, column = 0] = at.slice(-2);
    const before = at.slice(0, -2);
    let sum = 0;
    for (let k = 0; k < inner; k++) {
      sum += broadcastAt(a, [...before, row, k]) * broadcastAt(b, [...before, k, column]);
    }
    return sum;
  });
}

export function transpose(x: Exact, perm: readonly number[]): Exact {
  return tensorOf(
    perm.map((axis) => x.dims[axis] ?? 1),
    (at) =>
      valueAt(
        x,
        x.dims.map((_, axis) => at[perm.indexOf(axis)] ?? 0),
      ),
  );
}

export function reduce(
  x: Exact,
  axes: readonly number[],
  keep: boolean,
  kind: 'sum' | 'mean' | 'max',
): Exact {
  const kept = x.dims.map((length, axis) => (axes.includes(axis) ? 1 : length));
  const start = kind === 'max' ? Number.NEGATIVE_INFINITY : 0;
  const result = tensorOf(kept, () => start);
  const count = sizeOf(x.dims) / sizeOf(kept);
  tensorOf(x.dims, (at) => {
    let index = 0;
    for (const [axis, length] of kept.entries())
      index = index * length + (length === 1 ? 0 : (at[axis] ?? 0));
    const [value, sofar] = [valueAt(x, at), result.data[index] ?? 0];
    result.data[index] = kind === 'max' ? Math.max(value, sofar) : sofar + value;
    return 0;
  });
  if (kind === 'mean') for (const [i, value] of result.data.entries()) result.data[i] = value / count;
  return { dims: keep ? kept : x.dims.filter((_, axis) => !axes.includes(axis)), data: result.data };
}

export function softmax(x: Exact, axis: number): Exact {
  const exps = elementwise(Math.exp)(x);
  return binary((a, b) => a / b)(exps, reduce(exps, [axis], true, 'sum'));
}

export function lrn(
  x: Exact,
  { size, alpha, beta, bias }: { size: number; alpha: number; beta: number; bias: number },
): Exact {
  const before = Math.floor((size - 1) / 2);
  return tensorOf(x.dims, (at) => {
    const [n = 0, c = 0, h = 0, w = 0] = at;
    let squares = 0;
    for (let k = c - before; k <= c - before + size - 1; k++) squares += valueAt(x, [n, k, h, w]) ** 2;
    return valueAt(x, at) / (bias + (alpha / size) * squares) ** beta;
  });
}

export function concat(parts: readonly Exact[], axis: number): Exact {
  const lengths = parts.map(({ dims }) => dims[axis] ?? 0);
  const dims = (parts[0]?.dims ?? []).with(
    axis,
    lengths.reduce((a, b) => a + b, 0),
  );
  return tensorOf(dims, (at) => {
    let place = at[axis] ?? 0;
    for (const [i, length] of lengths.entries()) {
      const part = parts[i];
      if (part && place < length) return valueAt(part, at.with(axis, place));
      place -= length;
    }
    return 0;
  });
}

export function slice(x: Exact, axis: number, start: number, step: number, count: number): Exact {
  return tensorOf(x.dims.with(axis, count), (at) =>
    valueAt(x, at.with(axis, start + (at[axis] ?? 0) * step)),
  );
}

export function pad(x: Exact, pads: readonly number[]): Exact {
  const rank = x.dims.length;
  const dims = x.dims.map((length, axis) => length + (pads[axis] ?? 0) + (pads[axis + rank] ?? 0));
  return tensorOf(dims, (at) =>
    valueAt(
      x,
      at.map((place, axis) => place - (pads[axis] ?? 0)),
    ),
  );
}
