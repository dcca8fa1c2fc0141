import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type InputSpec, inputSpecSchema } from '../../../src/image/input-spec.ts';
import { preparePixels } from '../../../src/image/prepare.ts';
import type { Picture } from '../../../src/image/types.ts';
import { referenceResize } from './reference-resize.ts';

const KERNELS = ['nearest', 'area', 'bilinear', 'bicubic', 'lanczos3'] as const;

function picture(width: number, height: number, level: (x: number, y: number, c: number) => number): Picture {
  const data = new Uint8Array(width * height * 3);
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++) for (let c = 0; c < 3; c++) data[at++] = level(x, y, c);
  }
  return { format: 'png', bytes: 1, width, height, data };
}

/** Raw levels, interleaved RGB, so that the tensor is the resized picture itself. */
function spec(width: number, height: number, resize: unknown, more: object = {}): InputSpec {
  return inputSpecSchema.parse({ layout: 'NHWC', width, height, resize, ...more });
}

/** A picture without pattern, from a seed. */
function noise(width: number, height: number, seed: number): Picture {
  let state = seed | 1;
  return picture(width, height, () => {
    state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9;
    return (state >>> 11) & 255;
  });
}

/** Largest distance of a tensor from exact levels, clipped to 0..255. */
function farthest(data: ArrayLike<number>, exact: ArrayLike<number>): number {
  let most = 0;
  for (let i = 0; i < exact.length; i++) {
    const wanted = Math.min(255, Math.max(0, exact[i] ?? 0));
    most = Math.max(most, Math.abs((data[i] ?? -9) - wanted));
  }
  return most;
}

const sides = fc.integer({ min: 1, max: 70 });
const kernels = fc.constantFrom(...KERNELS);

describe('resizing', () => {
  it('is within 1 of 255 of the exact arithmetic, for every kernel and any size', () => {
    fc.assert(
      fc.property(sides, sides, sides, sides, kernels, fc.nat(), (sw, sh, w, h, kernel, seed) => {
        const source = noise(sw, sh, seed);
        const { data } = preparePixels(source, spec(w, h, { rule: 'squash', kernel }));
        const exact = referenceResize(source, w, h, kernel);
        // Half a level is the rounding to 8 bit; what is left is the arithmetic.
        expect(farthest(data, exact)).toBeLessThan(0.502);
      }),
      { numRuns: 250 },
    );
  });

  interface Golden {
    readonly width: number;
    readonly height: number;
    readonly cases: {
      readonly kernel: (typeof KERNELS)[number];
      readonly width: number;
      readonly height: number;
      readonly pixels: readonly number[];
    }[];
  }
  const golden = JSON.parse(
    readFileSync(new URL('../fixtures/pillow.json', import.meta.url), 'utf8'),
  ) as Golden;
  it.each(golden.cases)(
    'is within 1 of 255 of Pillow: $kernel to $width×$height',
    ({ kernel, width, height, pixels }) => {
      const source = picture(
        golden.width,
        golden.height,
        (x, y, c) => 64 + ((x * x * 7 + y * 31 + x * y * (c + 3) + 85 * c) % 128),
      );
      const { data } = preparePixels(source, spec(width, height, { rule: 'squash', kernel }));
      const off = pixels.map((value, i) => Math.abs(value - (data[i] ?? -9)));
      expect(off).toHaveLength(width * height * 3);
      expect(Math.max(...off)).toBeLessThanOrEqual(1);
      // Pillow rounds between its two passes, so a few values differ, and only a few.
      expect(off.filter((distance) => distance > 0).length / off.length).toBeLessThan(0.35);
    },
  );

  it('leaves a picture of the right size as it is, with every kernel', () => {
    const source = noise(31, 17, 5);
    for (const kernel of KERNELS) {
      const { data } = preparePixels(source, spec(31, 17, { rule: 'squash', kernel }));
      expect(Array.from(data)).toEqual(Array.from(source.data));
    }
  });

  it('gives known values: 4 to 2 by bilinear is 7/12 near the border', () => {
    const source = picture(4, 1, (x) => [0, 120, 240, 120][x] ?? 0);
    const { data } = preparePixels(source, spec(2, 1, { rule: 'squash', kernel: 'bilinear' }));
    // Distances 0.5, 0.5, 1.5 from the first middle, kernel twice as wide: weights 3/4, 3/4, 1/4.
    expect(data[0]).toBe(Math.round((0 * 0.75 + 120 * 0.75 + 240 * 0.25) / 1.75));
    expect(data[3]).toBe(Math.round((120 * 0.25 + 240 * 0.75 + 120 * 0.75) / 1.75));
  });

  it('works through a picture that is taller than what is held at a time', () => {
    const source = noise(1500, 1200, 3);
    const { data } = preparePixels(source, spec(3, 40, { rule: 'squash', kernel: 'area' }));
    const exact = referenceResize(source, 3, 40, 'area');
    expect(farthest(data, exact)).toBeLessThan(0.51);
  });
});

describe('the crop rule', () => {
  it('is the middle of the picture whose shorter side was resized', () => {
    fc.assert(
      fc.property(
        sides,
        sides,
        fc.integer({ min: 1, max: 24 }),
        fc.integer({ min: 0, max: 10 }),
        (w, h, size, more) => {
          const source = noise(w, h, w * h);
          const shorterSide = size + more;
          const long = Math.trunc((shorterSide * Math.max(w, h)) / Math.min(w, h));
          fc.pre(long < 400);
          const [rw, rh] = w <= h ? [shorterSide, long] : [long, shorterSide];
          const { data, placement } = preparePixels(source, spec(size, size, { rule: 'crop', shorterSide }));
          const exact = referenceResize(source, rw, rh, 'bilinear');
          const left = -placement.offsetX;
          const top = -placement.offsetY;
          // torchvision's CenterCrop rounds halves to even.
          expect(Math.abs(left - (rw - size) / 2)).toBeLessThanOrEqual(0.5);
          expect(Math.abs(top - (rh - size) / 2)).toBeLessThanOrEqual(0.5);
          for (let y = 0; y < size; y++) {
            const row = exact.subarray(((top + y) * rw + left) * 3).subarray(0, size * 3);
            expect(farthest(data.subarray(y * size * 3), row)).toBeLessThan(0.502);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it.each([
    [500, 375, 256, 224, 58, 16],
    [375, 500, 256, 224, 16, 58],
    [333, 500, 256, 227, 14, 78],
    [101, 100, 101, 100, 1, 0],
    [103, 100, 100, 100, 2, 0],
  ])('cuts %i×%i at %i into %i as torchvision does', (width, height, shorterSide, size, left, top) => {
    const { placement } = preparePixels(
      noise(width, height, 1),
      spec(size, size, { rule: 'crop', shorterSide }),
    );
    expect([placement.offsetX, placement.offsetY]).toEqual([0 - left, 0 - top]);
  });

  it('pads with black what is smaller than the input', () => {
    const white = picture(10, 10, () => 255);
    const { data } = preparePixels(white, spec(6, 6, { rule: 'crop', shorterSide: 4 }));
    expect(data.filter((value) => value === 255)).toHaveLength(4 * 4 * 3);
    expect(data.slice(0, 18).every((value) => value === 0)).toBe(true);
  });
});

describe('the letterbox rule', () => {
  it('fits inside, centred, on the fill colour', () => {
    const white = picture(20, 10, () => 255);
    const fill = [10, 20, 30];
    const { data, placement } = preparePixels(white, spec(8, 8, { rule: 'letterbox', fill }));
    const rows = Array.from({ length: 8 }, (_, y) => Array.from(data.slice(y * 24, y * 24 + 3)));
    const band = [fill, fill];
    expect(rows).toEqual([...band, ...Array.from({ length: 4 }, () => [255, 255, 255]), ...band]);
    expect(placement).toMatchObject({ scaleX: 0.4, scaleY: 0.4, offsetX: 0, offsetY: 2 });
  });

  it('can anchor at the corner and leave small pictures small', () => {
    const white = picture(2, 3, () => 255);
    const resize = { rule: 'letterbox', anchor: 'top-left', enlarge: false, fill: [0, 0, 0] };
    const { data, placement } = preparePixels(white, spec(5, 5, resize));
    expect(data.filter((value) => value === 255)).toHaveLength(2 * 3 * 3);
    expect(placement).toMatchObject({ scaleX: 1, scaleY: 1, offsetX: 0, offsetY: 0 });
  });
});

describe('the tensor', () => {
  const source = picture(2, 2, (x, y, c) => 10 * (c + 1) + x + 2 * y);
  const squash = { rule: 'squash' };

  it('is NCHW or NHWC', () => {
    const planar = preparePixels(source, spec(2, 2, squash, { layout: 'NCHW' }));
    expect(planar.dims).toEqual([3, 2, 2]);
    expect(Array.from(planar.data)).toEqual([10, 11, 12, 13, 20, 21, 22, 23, 30, 31, 32, 33]);
    const interleaved = preparePixels(source, spec(2, 2, squash));
    expect(interleaved.dims).toEqual([2, 2, 3]);
    expect(Array.from(interleaved.data)).toEqual([10, 20, 30, 11, 21, 31, 12, 22, 32, 13, 23, 33]);
  });

  it('counts mean and std in its own channel order', () => {
    const input = { layout: 'NCHW', channelOrder: 'BGR', scale: 0.5, mean: [1, 2, 3], std: [2, 4, 8] };
    const { data } = preparePixels(
      picture(1, 1, (_x, _y, c) => [100, 150, 200][c] ?? 0),
      spec(1, 1, squash, input),
    );
    expect(Array.from(data)).toEqual([(100 - 1) / 2, (75 - 2) / 4, (50 - 3) / 8]);
  });

  it('is float32 to the last bit of (pixel × scale − mean) / std', () => {
    const input = { scale: 1 / 255, mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] };
    const ramp = picture(256, 1, (x) => x);
    const { data } = preparePixels(ramp, spec(256, 1, squash, input));
    for (let level = 0; level < 256; level++) {
      expect(data[level * 3]).toBe(Math.fround((level / 255 - 0.485) / 0.229));
    }
  });

  it('can be of bytes, rounded and bounded', () => {
    const uint8 = preparePixels(source, spec(2, 2, squash, { elementType: 'uint8' }));
    expect(uint8.data).toBeInstanceOf(Uint8Array);
    expect(Array.from(uint8.data)).toEqual([10, 20, 30, 11, 21, 31, 12, 22, 32, 13, 23, 33]);
    const wide = picture(3, 1, (x) => [0, 128, 255][x] ?? 0);
    const int8 = preparePixels(
      wide,
      spec(3, 1, squash, { elementType: 'int8', mean: [128, 128, 160], layout: 'NCHW' }),
    );
    expect(int8.data).toBeInstanceOf(Int8Array);
    expect(Array.from(int8.data)).toEqual([-128, 0, 127, -128, 0, 127, -128, -32, 95]);
  });

  it('is the caller’s own: the next picture does not change it', () => {
    const first = preparePixels(source, spec(2, 2, squash)).data;
    const copy = first.slice();
    preparePixels(
      picture(2, 2, () => 99),
      spec(2, 2, squash),
    );
    expect(first).toEqual(copy);
  });

  it('keeps the picture’s own size with the rule `none`, up to a longest side', () => {
    expect(preparePixels(noise(7, 5, 1), spec(1, 1, { rule: 'none' })).dims).toEqual([5, 7, 3]);
    expect(preparePixels(noise(40, 20, 1), spec(1, 1, { rule: 'none', longestSide: 10 })).dims).toEqual([
      5, 10, 3,
    ]);
  });
});
