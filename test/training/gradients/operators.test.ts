import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DIFFERENTIABLE } from '../../../src/training/gradients/index.ts';
import { gradientError, type OperatorCase } from './check.ts';
import * as exact from './reference.ts';
import { distinct, type Exact } from './tensor.ts';

const TOLERANCE = 1e-4;
const RUNS = { numRuns: 12, seed: 12 };

const shape = (rank: number, max = 5) =>
  fc.array(fc.integer({ min: 1, max }), { minLength: rank, maxLength: rank });
const anyShape = fc.integer({ min: 1, max: 4 }).chain((rank) => shape(rank));
const seeds = fc.nat(1000);
const positive = (x: Exact): Exact => ({
  ...x,
  data: x.data.map((value) => Math.fround(Math.abs(value) + 0.5)),
});

/** A case of an operator, at random. */
type Cases = fc.Arbitrary<OperatorCase>;

function unary(
  opType: string,
  f: (x: number) => number,
  options: { attributes?: OperatorCase['attributes']; scale?: number; positive?: boolean } = {},
): Cases {
  return fc.tuple(anyShape, seeds).map(([dims, seed]) => {
    const x = distinct(dims, seed);
    const scaled = { ...x, data: x.data.map((value) => Math.fround(value * (options.scale ?? 1))) };
    return {
      opType,
      inputs: [options.positive ? positive(x) : scaled],
      ...(options.attributes && { attributes: options.attributes }),
      exact: ([x1]: readonly Exact[]) => (x1 ? [exact.elementwise(f)(x1)] : []),
    };
  });
}

function two(opType: string, f: (a: number, b: number) => number): Cases {
  const shapes = anyShape.chain((dims) =>
    fc
      .tuple(
        fc.array(fc.boolean(), { minLength: dims.length, maxLength: dims.length }),
        fc.array(fc.boolean(), { minLength: dims.length, maxLength: dims.length }),
        fc.nat(dims.length),
      )
      .map(([ones, others, cut]) => ({
        a: dims.map((length, axis) => (ones[axis] ? 1 : length)),
        b: dims.map((length, axis) => (others[axis] ? 1 : length)).slice(cut),
      })),
  );
  return fc.tuple(shapes, seeds, fc.boolean()).map(([{ a, b }, seed, swap]) => {
    const [x, y] = [positive(distinct(a, seed)), positive(distinct(b, seed + 1))];
    return {
      opType,
      inputs: swap ? [y, x] : [x, y],
      exact: ([x1, y1]: readonly Exact[]) => (x1 && y1 ? [exact.binary(f)(x1, y1)] : []),
    };
  });
}

function erf(x: number): number {
  // Maclaurin series: exact enough up to |x| = 3.
  let [sum, term] = [x, x];
  for (let n = 1; n < 60; n++) {
    term *= (-x * x) / n;
    sum += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}

const window = fc
  .record({
    kernel: fc.tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 })),
    strides: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })),
    dilations: fc.constant([1, 1] as const),
    pads: fc.tuple(fc.nat(1), fc.nat(1), fc.nat(1), fc.nat(1)),
    size: fc.tuple(fc.integer({ min: 2, max: 8 }), fc.integer({ min: 2, max: 8 })),
    planes: fc.tuple(fc.integer({ min: 1, max: 2 }), fc.integer({ min: 1, max: 3 })),
    ceil: fc.boolean(),
    padded: fc.boolean(),
    seed: seeds,
  })
  .filter(
    (g) =>
      exact.windowed(g, 0, g.size[0]) > 0 &&
      exact.windowed(g, 1, g.size[1]) > 0 &&
      // A window that lies in the padding alone has no maximum and no mean.
      g.pads.every((length, side) => length < (g.kernel[side % 2] ?? 1)),
  );

function pooling(opType: 'MaxPool' | 'AveragePool'): Cases {
  return window.map(({ size, planes, ceil, padded, seed, ...g }) => ({
    opType,
    inputs: [distinct([...planes, ...size], seed)],
    attributes: {
      kernel_shape: g.kernel,
      strides: g.strides,
      pads: g.pads,
      ceil_mode: ceil ? 1 : 0,
      ...(opType === 'AveragePool' && { count_include_pad: padded ? 1 : 0 }),
    },
    exact: ([x]: readonly Exact[]) =>
      x ? [exact.pool(x, g, opType === 'MaxPool' ? 'max' : 'mean', { ceil, padded })] : [],
  }));
}

function globalPool(opType: string, kind: 'mean' | 'max'): Cases {
  return fc.tuple(shape(4), seeds).map(([dims, seed]) => ({
    opType,
    inputs: [distinct(dims, seed)],
    exact: ([x]: readonly Exact[]) => (x ? [exact.reduce(x, [2, 3], true, kind)] : []),
  }));
}

function reduction(opType: string, kind: 'sum' | 'mean' | 'max'): Cases {
  const axes = anyShape.chain((dims) => fc.tuple(fc.constant(dims), fc.subarray([...dims.keys()])));
  return fc.tuple(axes, fc.boolean(), fc.boolean(), seeds).map(([[dims, some], keep, negative, seed]) => {
    const all = some.length > 0 ? some : [...dims.keys()];
    return {
      opType,
      inputs: [distinct(dims, seed)],
      integers: [some.length > 0 ? some.map((axis) => (negative ? axis - dims.length : axis)) : null],
      attributes: { keepdims: keep ? 1 : 0 },
      exact: ([x]: readonly Exact[]) => (x ? [exact.reduce(x, all, keep, kind)] : []),
    };
  });
}

function normalised(opType: string, f: (x: Exact, axis: number) => Exact): Cases {
  const axes = anyShape.chain((dims) => fc.tuple(fc.constant(dims), fc.nat(dims.length - 1)));
  return fc.tuple(axes, fc.boolean(), seeds).map(([[dims, axis], negative, seed]) => ({
    opType,
    inputs: [distinct(dims, seed)],
    attributes: { axis: negative ? axis - dims.length : axis },
    exact: ([x]: readonly Exact[]) => (x ? [f(x, axis)] : []),
  }));
}

const CASES: Readonly<Record<string, Cases>> = {
  Relu: unary('Relu', (x) => Math.max(0, x)),
  Clip: fc.tuple(anyShape, seeds, fc.integer({ min: 0, max: 3 })).map(([dims, seed, bounds]) => ({
    opType: 'Clip',
    inputs: [
      distinct(dims, seed),
      bounds & 1 ? { dims: [], data: Float64Array.of(-0.75) } : null,
      bounds & 2 ? { dims: [], data: Float64Array.of(1.25) } : null,
    ],
    constant: [1, 2],
    exact: ([x]: readonly Exact[]) =>
      x
        ? [
            exact.elementwise((v) =>
              Math.min(bounds & 2 ? 1.25 : v + 9, Math.max(bounds & 1 ? -0.75 : v, v)),
            )(x),
          ]
        : [],
  })),
  LeakyRelu: unary('LeakyRelu', (x) => (x > 0 ? x : 0.3 * x), { attributes: { alpha: 0.3 } }),
  PRelu: fc.tuple(shape(4), seeds, fc.boolean()).map(([dims, seed, shared]) => ({
    opType: 'PRelu',
    inputs: [distinct(dims, seed), distinct(shared ? [1] : [dims[1] ?? 1, 1, 1], seed + 1)],
    exact: ([x, slope]: readonly Exact[]) =>
      x && slope ? [exact.binary((a, b) => (a > 0 ? a : a * b))(x, slope)] : [],
  })),
  Elu: unary('Elu', (x) => (x > 0 ? x : 0.7 * Math.expm1(x)), { attributes: { alpha: 0.7 } }),
  Selu: unary('Selu', (x) => 1.0507009873554805 * (x > 0 ? x : 1.6732632423543772 * Math.expm1(x))),
  Sigmoid: unary('Sigmoid', (x) => 1 / (1 + Math.exp(-x))),
  HardSigmoid: unary('HardSigmoid', (x) => Math.min(1, Math.max(0, 0.4 * x + 0.5)), {
    attributes: { alpha: 0.4, beta: 0.5 },
  }),
  HardSwish: unary('HardSwish', (x) => x * Math.min(1, Math.max(0, x / 6 + 0.5)), { scale: 2.5 }),
  Tanh: unary('Tanh', Math.tanh),
  Softplus: unary('Softplus', (x) => Math.log1p(Math.exp(x))),
  Softmax: normalised('Softmax', exact.softmax),
  LogSoftmax: normalised('LogSoftmax', (x, axis) => exact.elementwise(Math.log)(exact.softmax(x, axis))),
  Neg: unary('Neg', (x) => -x),
  Sqrt: unary('Sqrt', Math.sqrt, { positive: true }),
  Exp: unary('Exp', Math.exp),
  Log: unary('Log', Math.log, { positive: true }),
  Erf: unary('Erf', erf),
  Reciprocal: unary('Reciprocal', (x) => 1 / x, { positive: true }),
  Pow: fc.tuple(anyShape, seeds, fc.constantFrom(2, 0.5, 3, -1.5)).map(([dims, seed, exponent]) => ({
    opType: 'Pow',
    inputs: [positive(distinct(dims, seed)), { dims: [], data: Float64Array.of(exponent) }],
    constant: [1],
    exact: ([x]: readonly Exact[]) => (x ? [exact.elementwise((v) => v ** exponent)(x)] : []),
  })),
  Add: two('Add', (a, b) => a + b),
  Sub: two('Sub', (a, b) => a - b),
  Mul: two('Mul', (a, b) => a * b),
  Div: two('Div', (a, b) => a / b),
  Gemm: fc
    .record({
      m: fc.integer({ min: 1, max: 5 }),
      n: fc.integer({ min: 1, max: 5 }),
      k: fc.integer({ min: 1, max: 5 }),
      a: fc.boolean(),
      b: fc.boolean(),
      c: fc.integer({ min: 0, max: 3 }),
      seed: seeds,
    })
    .map(({ m, n, k, a, b, c, seed }) => {
      const bias = [undefined, [n], [m, 1], [m, n]][c];
      return {
        opType: 'Gemm',
        inputs: [
          distinct(a ? [k, m] : [m, k], seed),
          distinct(b ? [n, k] : [k, n], seed + 1),
          ...(bias ? [distinct(bias, seed + 2)] : []),
        ],
        attributes: { transA: a ? 1 : 0, transB: b ? 1 : 0, alpha: 0.7, beta: 1.3 },
        exact: ([x, y, z]: readonly Exact[]) => {
          if (!x || !y) return [];
          const left = a ? exact.transpose(x, [1, 0]) : x;
          const product = exact.matMul(left, b ? exact.transpose(y, [1, 0]) : y);
          const scaled = exact.elementwise((v) => 0.7 * v)(product);
          return [z ? exact.binary((p, q) => p + 1.3 * q)(scaled, z) : scaled];
        },
      };
    }),
  MatMul: fc
    .record({
      batch: fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 2 }),
      mnk: shape(3),
      repeat: fc.integer({ min: 0, max: 2 }),
      seed: seeds,
    })
    .map(({ batch, mnk: [m = 1, n = 1, k = 1], repeat, seed }) => ({
      opType: 'MatMul',
      inputs: [
        distinct([...(repeat === 1 ? [] : batch), m, k], seed),
        distinct([...(repeat === 2 ? batch.map(() => 1) : batch), k, n], seed + 1),
      ],
      exact: ([x, y]: readonly Exact[]) => (x && y ? [exact.matMul(x, y)] : []),
    })),
  MaxPool: pooling('MaxPool'),
  AveragePool: pooling('AveragePool'),
  GlobalAveragePool: globalPool('GlobalAveragePool', 'mean'),
  GlobalMaxPool: globalPool('GlobalMaxPool', 'max'),
  ReduceMean: reduction('ReduceMean', 'mean'),
  ReduceSum: reduction('ReduceSum', 'sum'),
  ReduceMax: reduction('ReduceMax', 'max'),
  LRN: fc.tuple(shape(4, 6), fc.constantFrom(1, 3, 5), seeds).map(([dims, size, seed]) => ({
    opType: 'LRN',
    inputs: [distinct(dims, seed)],
    attributes: { size, alpha: 0.3, beta: 0.75, bias: { float: 2 } },
    exact: ([x]: readonly Exact[]) => (x ? [exact.lrn(x, { size, alpha: 0.3, beta: 0.75, bias: 2 })] : []),
  })),
  Reshape: fc.tuple(anyShape, seeds).map(([dims, seed]) => ({
    opType: 'Reshape',
    inputs: [distinct(dims, seed)],
    integers: [[-1]],
    exact: ([x]: readonly Exact[]) => (x ? [{ dims: [x.data.length], data: x.data }] : []),
  })),
  Transpose: anyShape
    .chain((dims) =>
      fc.tuple(
        fc.constant(dims),
        fc.shuffledSubarray([...dims.keys()], { minLength: dims.length }),
        seeds,
        fc.boolean(),
      ),
    )
    .map(([dims, order, seed, named]) => {
      const perm = named ? order : [...dims.keys()].toReversed();
      return {
        opType: 'Transpose',
        inputs: [distinct(dims, seed)],
        attributes: named ? { perm } : {},
        exact: ([x]: readonly Exact[]) => (x ? [exact.transpose(x, perm)] : []),
      };
    }),
  Concat: fc
    .tuple(
      shape(4, 3),
      fc.nat(3),
      fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 }),
      fc.nat(15),
      seeds,
    )
    .map(([dims, axis, lengths, fixed, seed]) => ({
      opType: 'Concat',
      inputs: lengths.map((length, i) => distinct(dims.with(axis, length), seed + i)),
      // The first is always differentiated by.
      constant: lengths.flatMap((_, i) => (i > 0 && fixed & (1 << i) ? [i] : [])),
      attributes: { axis },
      exact: (parts: readonly Exact[]) => [exact.concat(parts, axis)],
    })),
  Split: fc
    .tuple(
      shape(3, 3),
      fc.nat(2),
      fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 3 }),
      seeds,
    )
    .map(([dims, axis, lengths, seed]) => ({
      opType: 'Split',
      inputs: [
        distinct(
          dims.with(
            axis,
            lengths.reduce((a, b) => a + b, 0),
          ),
          seed,
        ),
      ],
      integers: [lengths],
      attributes: { axis },
      exact: ([x]: readonly Exact[]) =>
        x
          ? lengths.map((length, i) =>
              exact.slice(
                x,
                axis,
                lengths.slice(0, i).reduce((a, b) => a + b, 0),
                1,
                length,
              ),
            )
          : [],
    })),
  Slice: fc
    .record({
      dims: shape(3, 9),
      axis: fc.nat(2),
      start: fc.nat(8),
      step: fc.integer({ min: 1, max: 3 }),
      count: fc.integer({ min: 1, max: 9 }),
      seed: seeds,
      negative: fc.boolean(),
    })
    .filter(({ dims, axis, start, step, count }) => start + (count - 1) * step < (dims[axis] ?? 0))
    .map(({ dims, axis, start, step, count, seed, negative }) => {
      const length = dims[axis] ?? 1;
      return {
        opType: 'Slice',
        inputs: [distinct(dims, seed)],
        integers: [
          [negative ? start - length : start],
          [start + (count - 1) * step + 1],
          [negative ? axis - 3 : axis],
          [step],
        ],
        exact: ([x]: readonly Exact[]) => (x ? [exact.slice(x, axis, start, step, count)] : []),
      };
    }),
  Pad: fc
    .tuple(shape(3, 4), fc.array(fc.integer({ min: -1, max: 2 }), { minLength: 6, maxLength: 6 }), seeds)
    .filter(([dims, pads]) =>
      dims.every((length, i) => length + Math.min(0, pads[i] ?? 0) + Math.min(0, pads[i + 3] ?? 0) > 0),
    )
    .map(([dims, pads, seed]) => ({
      opType: 'Pad',
      inputs: [distinct(dims, seed)],
      integers: [pads],
      exact: ([x]: readonly Exact[]) => (x ? [exact.pad(x, pads)] : []),
    })),
  Expand: fc
    .tuple(shape(3, 3), fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }), seeds)
    .map(([dims, ones, seed]) => {
      const from = dims.map((length, axis) => (ones[axis] ? 1 : length));
      return {
        opType: 'Expand',
        inputs: [distinct(from, seed)],
        integers: [[2, ...dims]],
        exact: ([x]: readonly Exact[]) =>
          x
            ? [
                exact.binary((a) => a)(x, {
                  dims: [2, ...dims],
                  data: new Float64Array(2 * dims.reduce((a, b) => a * b, 1)),
                }),
              ]
            : [],
      };
    }),
};

describe('gradient against central differences in double precision', () => {
  it('has a case for every operator', () => {
    expect([...Object.keys(CASES), 'Conv', 'ConvTranspose'].sort()).toEqual([...DIFFERENTIABLE].sort());
  });

  it.each(Object.entries(CASES))(
    '%s',
    async (_, cases) => {
      await fc.assert(
        fc.asyncProperty(cases, async (use) => {
          expect(await gradientError(use)).toBeLessThan(TOLERANCE);
        }),
        RUNS,
      );
    },
    60_000,
  );
});
