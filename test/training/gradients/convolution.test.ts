import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { gradientError } from './check.ts';
import { conv, convTranspose, type Geometry, transposedLength, windowed } from './reference.ts';
import { distinct } from './tensor.ts';

const TOLERANCE = 1e-4;

const pair = (min: number, max: number) => fc.tuple(fc.integer({ min, max }), fc.integer({ min, max }));
const geometry: fc.Arbitrary<Geometry> = fc.record({
  kernel: pair(1, 5),
  strides: pair(1, 3),
  dilations: pair(1, 2),
  pads: fc.tuple(
    ...([0, 1, 2, 3].map(() => fc.integer({ min: 0, max: 3 })) as unknown as [
      fc.Arbitrary<number>,
      fc.Arbitrary<number>,
      fc.Arbitrary<number>,
      fc.Arbitrary<number>,
    ]),
  ),
});

/** Convolutions of every kind: pointwise, full, grouped, depthwise with and without a multiplier. */
const convolution = fc
  .record({
    geometry,
    n: fc.integer({ min: 1, max: 3 }),
    group: fc.integer({ min: 1, max: 4 }),
    inputs: fc.integer({ min: 1, max: 3 }),
    outputs: fc.integer({ min: 1, max: 3 }),
    size: pair(1, 8),
    bias: fc.boolean(),
    seed: fc.nat(1000),
  })
  .filter(({ geometry: g, size }) => windowed(g, 0, size[0]) > 0 && windowed(g, 1, size[1]) > 0);

function attributesOf({ kernel, strides, dilations, pads }: Geometry, group: number) {
  return { kernel_shape: kernel, strides, dilations, pads, group };
}

describe('gradient of Conv', () => {
  it('is exact for every geometry', async () => {
    await fc.assert(
      fc.asyncProperty(convolution, async ({ geometry: g, n, group, inputs, outputs, size, bias, seed }) => {
        const x = distinct([n, group * inputs, ...size], seed);
        const w = distinct([group * outputs, inputs, ...g.kernel], seed + 1);
        const b = bias ? distinct([group * outputs], seed + 2) : null;
        const error = await gradientError({
          opType: 'Conv',
          inputs: b ? [x, w, b] : [x, w],
          attributes: attributesOf(g, group),
          exact: ([x1, w1, b1]) => (x1 && w1 ? [conv(x1, w1, b1, g, group)] : []),
        });
        expect(error).toBeLessThan(TOLERANCE);
      }),
      { numRuns: 150, seed: 12 },
    );
  }, 120_000);
});

describe('gradient of ConvTranspose', () => {
  it('is exact for every geometry', async () => {
    await fc.assert(
      fc.asyncProperty(convolution, async ({ geometry: g, n, group, inputs, outputs, size, bias, seed }) => {
        const x = distinct([n, group * inputs, ...size], seed);
        const w = distinct([group * inputs, outputs, ...g.kernel], seed + 1);
        const b = bias ? distinct([group * outputs], seed + 2) : null;
        fc.pre(transposedLength(g, 0, size[0]) > 0 && transposedLength(g, 1, size[1]) > 0);
        const error = await gradientError({
          opType: 'ConvTranspose',
          inputs: b ? [x, w, b] : [x, w],
          attributes: attributesOf(g, group),
          exact: ([x1, w1, b1]) => (x1 && w1 ? [convTranspose(x1, w1, b1, g, group)] : []),
        });
        expect(error).toBeLessThan(TOLERANCE);
      }),
      { numRuns: 80, seed: 12 },
    );
  }, 120_000);
});
