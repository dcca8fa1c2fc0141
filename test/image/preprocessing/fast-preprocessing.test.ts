import { readdir, readFile } from 'node:fs/promises';
import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { type InputSpec, inputSpecSchema } from '../../../src/image/input-spec.ts';
import { preparePicture } from '../../../src/image/prepare.ts';
import type { Pixels } from '../../../src/image/types.ts';
import { dataPath, describeWithData } from '../../support/data.ts';
import { asSharp } from '../pictures.ts';

/** Raw levels, so that the tensor is the resized picture itself. */
function spec(width: number, height: number, resize: object, more: object = {}): InputSpec {
  return inputSpecSchema.parse({ layout: 'NHWC', width, height, resize, ...more });
}

interface Distance {
  readonly mean: number;
  readonly max: number;
  /** Share of values that are at most one level off. */
  readonly near: number;
}

/** How far the fast tensor is from the exact one, in levels. */
async function distance(bytes: Uint8Array, input: InputSpec): Promise<Distance> {
  const fast = await preparePicture(bytes, input);
  const exact = await preparePicture(bytes, input, { preprocessing: 'exact' });
  expect(fast.dims).toEqual(exact.dims);
  expect(fast.placement).toEqual(exact.placement);
  expect(fast.info).toEqual(exact.info);
  expect(fast.data).toHaveLength(exact.data.length);
  expect(fast.data.constructor).toBe(exact.data.constructor);
  let sum = 0;
  let max = 0;
  let near = 0;
  exact.data.forEach((value, i) => {
    const off = Math.abs(value - (fast.data[i] ?? Number.NaN));
    sum += off;
    max = Math.max(max, off);
    if (off <= 1) near += 1;
  });
  return { mean: sum / exact.data.length, max, near: near / exact.data.length };
}

/** Waves in muted colours: nothing in it is outside of RGB, so that nothing is clipped. */
function waves(width: number, height: number, seed: number): Pixels {
  const data = new Uint8Array(width * height * 3);
  const turn = 0.05 + (seed % 7) / 40;
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let c = 0; c < 3; c++) {
        data[at++] = 128 + 45 * Math.sin(x * turn + c + seed) + 25 * Math.cos(y * turn * 1.7 + 2 * c);
      }
    }
  }
  return { width, height, data };
}

const rules = fc.constantFrom(
  { rule: 'squash' },
  { rule: 'crop', shorterSide: 20 },
  { rule: 'letterbox' },
  { rule: 'letterbox', anchor: 'top-left', enlarge: false },
  { rule: 'none', longestSide: 30 },
);
const kernels = fc.constantFrom('bilinear', 'bicubic', 'lanczos3', 'area');
const tensors = fc.record({
  layout: fc.constantFrom('NCHW', 'NHWC'),
  channelOrder: fc.constantFrom('RGB', 'BGR'),
  elementType: fc.constantFrom('float32', 'uint8'),
});
const files = fc.record({
  quality: fc.integer({ min: 60, max: 100 }),
  chromaSubsampling: fc.constantFrom('4:4:4', '4:2:0'),
});
const side = fc.integer({ min: 20, max: 130 });

describe('fast preprocessing', () => {
  it('is exact preprocessing to a few levels, whatever the recipe, the file and the way it lies', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.tuple(side, side, fc.nat(1000)),
        fc.tuple(rules, kernels, tensors),
        files,
        fc.integer({ min: 1, max: 8 }),
        fc.boolean(),
        async ([w, h, seed], [rule, kernel, tensor], file, orientation, grey) => {
          const source = asSharp(waves(w, h, seed));
          const bytes = await (grey ? source.toColourspace('b-w') : source)
            .withMetadata({ orientation })
            .jpeg(file)
            .toBuffer();
          const off = await distance(bytes, spec(18, 14, { ...rule, kernel }, tensor));
          // In five thousand such pictures, of strong waves that nearly vanish: 5 and 0.9.
          expect(off.max).toBeLessThanOrEqual(8);
          expect(off.mean).toBeLessThan(1.2);
        },
      ),
      { numRuns: 300 },
    );
  });

  it.each([
    [700, 500, 2],
    [1300, 1000, 4],
    [2500, 2000, 8],
  ])('decodes the planes of %i×%i %i times smaller, and it shows little', async (width, height, shrink) => {
    const bytes = await asSharp(waves(width, height, 3))
      .jpeg({ quality: 90 })
      .toBuffer();
    for (const kernel of ['bilinear', 'bicubic', 'lanczos3']) {
      const input = spec(101, 83, { rule: 'squash', kernel });
      expect((await preparePicture(bytes, input)).decoding).toEqual({ decoder: 'planes', shrink });
      const off = await distance(bytes, input);
      expect(off.mean, kernel).toBeLessThan(0.75);
      expect(off.max, kernel).toBeLessThanOrEqual(8);
    }
  });

  const large: [format: 'jpeg' | 'webp' | 'png' | 'tiff', options: object][] = [
    ['jpeg', { quality: 90, progressive: true }],
    ['webp', { quality: 90, effort: 0 }],
    ['png', { compressionLevel: 1 }],
    ['tiff', { compression: 'lzw' }],
  ];

  it.each(large)('decodes a large %s smaller, and it shows little', async (format, options) => {
    for (const [width, height, shrink] of [
      [2403, 1801, 2],
      [4101, 4003, 4],
    ] as const) {
      const bytes = await asSharp(waves(width, height, 3))
        .toFormat(format, options)
        .toBuffer();
      const input = spec(224, 190, { rule: 'squash' });
      expect((await preparePicture(bytes, input)).decoding).toEqual({ decoder: 'sharp', shrink });
      const off = await distance(bytes, input);
      expect(off.mean).toBeLessThan(2);
      expect(off.max).toBeLessThanOrEqual(10);
    }
  });

  it('decodes all of a picture whose pixels are few', async () => {
    const bytes = await asSharp(waves(2000, 1500, 3))
      .webp({ effort: 0 })
      .toBuffer();
    const input = spec(50, 50, { rule: 'squash' });
    expect((await preparePicture(bytes, input)).decoding).toEqual({ decoder: 'sharp', shrink: 1 });
    expect((await distance(bytes, input)).max).toBe(0);
  });

  it('decodes a large progressive JPEG smaller in WebAssembly, too', async () => {
    const bytes = await asSharp(waves(2403, 1801, 3))
      .jpeg({ quality: 90, progressive: true })
      .toBuffer();
    const input = spec(101, 83, { rule: 'squash' });
    const { data, decoding } = await preparePicture(bytes, input, { decoders: ['wasm'] });
    expect(decoding).toEqual({ decoder: 'wasm', shrink: 2 });
    const exact = await preparePicture(bytes, input, { preprocessing: 'exact' });
    let off = 0;
    data.forEach((value, i) => {
      off += Math.abs(value - (exact.data[i] ?? 0));
    });
    expect(off / data.length).toBeLessThan(1);
  });

  it('turns what is decoded smaller', async () => {
    for (const orientation of [3, 6, 7]) {
      for (const format of ['jpeg', 'webp'] as const) {
        const options = { jpeg: { progressive: true }, webp: { effort: 0 } }[format];
        const bytes = await asSharp(waves(2402, 1802, 3))
          .withMetadata({ orientation })
          .toFormat(format, options)
          .toBuffer();
        const off = await distance(bytes, spec(200, 160, { rule: 'squash' }));
        expect(off.mean, `${format} ${orientation}`).toBeLessThan(2);
      }
    }
  });

  it('leaves an even area as it is, to the border', async () => {
    const grey = sharp({ create: { width: 301, height: 203, channels: 3, background: '#4b4b4b' } });
    const { data } = await preparePicture(await grey.jpeg().toBuffer(), spec(60, 50, { rule: 'squash' }));
    expect(new Set(data)).toEqual(new Set([0x4b]));
  });

  it('knows restart markers', async () => {
    const bytes = await readFile(new URL('../fixtures/restart-420.jpg', import.meta.url));
    expect((await distance(bytes, spec(20, 15, { rule: 'squash' }))).mean).toBeLessThan(1);
  });

  it('is exact where it could not be good: enlarging, single pixels, other formats', async () => {
    const source = asSharp(waves(64, 48, 5));
    const jpeg = await source.clone().jpeg().toBuffer();
    const cases: [Uint8Array, InputSpec][] = [
      [jpeg, spec(80, 80, { rule: 'squash' })],
      [jpeg, spec(20, 20, { rule: 'squash', kernel: 'nearest' })],
      [await source.clone().jpeg({ progressive: true }).toBuffer(), spec(20, 20, { rule: 'squash' })],
      [await source.clone().png().toBuffer(), spec(20, 20, { rule: 'squash' })],
    ];
    for (const [bytes, input] of cases) expect((await distance(bytes, input)).max).toBe(0);
  });

  it('refuses a damaged picture with the same error', async () => {
    const bytes = await asSharp(waves(200, 150, 1))
      .jpeg()
      .toBuffer();
    const input = spec(32, 32, { rule: 'squash' });
    for (const length of [bytes.length - 1, bytes.length >> 1, 700]) {
      const cut = bytes.subarray(0, length);
      const code = async (preprocessing: 'fast' | 'exact') =>
        preparePicture(cut, input, { preprocessing }).then(
          () => 'fine',
          (error: { code: string }) => error.code,
        );
      expect(await code('fast')).toBe(await code('exact'));
    }
  });

  it('takes and refuses what exact preprocessing takes and refuses, however a picture is damaged', async () => {
    const outcome = (bytes: Uint8Array, input: InputSpec, preprocessing: 'fast' | 'exact') =>
      preparePicture(bytes, input, { preprocessing }).then(
        ({ dims }) => dims.join(),
        (error: { code: string }) => error.code,
      );
    const damage = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { maxLength: 4 });
    const shapes = fc.constantFrom([600, 3], [9, 700], [333, 222], [64, 64]);
    await fc.assert(
      fc.asyncProperty(shapes, files, damage, rules, async ([w = 1, h = 1], file, changes, rule) => {
        const bytes = await asSharp(waves(w, h, 4))
          .jpeg(file)
          .toBuffer();
        for (const [at, value] of changes) bytes[at % bytes.length] = value;
        const input = spec(12, 9, rule);
        expect(await outcome(bytes, input, 'fast')).toBe(await outcome(bytes, input, 'exact'));
      }),
      { numRuns: 150 },
    );
  });

  it('gives every picture a tensor of its own', async () => {
    const input = spec(20, 20, { rule: 'squash' });
    const first = await preparePicture(
      await asSharp(waves(90, 80, 1))
        .jpeg()
        .toBuffer(),
      input,
    );
    const copy = first.data.slice();
    await preparePicture(
      await asSharp(waves(80, 90, 9))
        .jpeg()
        .toBuffer(),
      input,
    );
    expect(first.data).toEqual(copy);
  });
});

describeWithData('fast preprocessing of the 200 photographs', () => {
  it('is within one level nearly everywhere', async () => {
    const input = spec(227, 227, { rule: 'squash' });
    const names = (await readdir(dataPath('imagenet'))).filter((name) => name.endsWith('.JPEG'));
    expect(names).toHaveLength(200);
    let mean = 0;
    let near = 0;
    for (const name of names) {
      const off = await distance(await readFile(dataPath('imagenet', name)), input);
      mean += off.mean / names.length;
      near += off.near / names.length;
      // Colours outside of RGB are clipped before or after they are averaged.
      expect(off.max, name).toBeLessThan(40);
      expect(off.mean, name).toBeLessThan(1.5);
    }
    expect(mean).toBeLessThan(0.2);
    expect(near).toBeGreaterThan(0.99);
  });
});
