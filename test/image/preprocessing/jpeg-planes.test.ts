import { readdir, readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodePicture } from '../../../src/image/decode.ts';
import { readJpegHeader } from '../../../src/image/formats/headers/jpeg.ts';
import { inputSpecSchema } from '../../../src/image/input-spec.ts';
import { preparePicture } from '../../../src/image/prepare.ts';
import type { Pixels } from '../../../src/image/types.ts';
import { dataPath, describeWithData } from '../../support/data.ts';
import { asSharp, difference, testPixels } from '../pictures.ts';
import { decodeByPlanes } from './planes-to-rgb.ts';

/** Small enough for every picture here to be resized from its planes. */
const SMALL = inputSpecSchema.parse({ layout: 'NHWC', width: 4, height: 4, resize: { rule: 'squash' } });

/** Prepares a picture from its planes and in no other way. */
const fromPlanes = (bytes: Uint8Array) => preparePicture(bytes, SMALL, { decoders: ['planes'] });

/** libjpeg-turbo, natively and in WebAssembly. */
const references = ['sharp', 'wasm'] as const;

/** A picture of every frequency and colour, from a seed. */
function noisy(width: number, height: number, seed: number): Pixels {
  const pixels = testPixels(width, height);
  let state = seed | 1;
  const data = pixels.data.map((value) => {
    state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9;
    return (state & 64) === 0 ? value : (state >>> 11) & 255;
  });
  return { ...pixels, data };
}

const size = fc.integer({ min: 5, max: 90 });
const settings = fc.record({
  quality: fc.integer({ min: 1, max: 100 }),
  chromaSubsampling: fc.constantFrom('4:4:4', '4:2:0'),
  optimiseCoding: fc.boolean(),
});

describe('the planes of a baseline JPEG', () => {
  it('are those of libjpeg-turbo, whatever the size, quality and sampling', async () => {
    await fc.assert(
      fc.asyncProperty(size, size, fc.nat(), settings, fc.boolean(), async (w, h, seed, options, grey) => {
        const source = asSharp(noisy(w, h, seed));
        const bytes = await (grey ? source.toColourspace('b-w') : source).jpeg(options).toBuffer();
        const decoded = decodeByPlanes(bytes);
        expect(decoded).toBeDefined();
        if (!decoded) return;
        for (const name of references) {
          expect(difference(decoded, await decodePicture(bytes, { decoders: [name] })).max).toBe(0);
        }
      }),
      { numRuns: 150 },
    );
  });

  it('are not made of what their decoder does not know: progressive, tiny, CMYK', async () => {
    const picture = asSharp(noisy(64, 64, 9));
    const others = [
      await picture.clone().jpeg({ progressive: true }).toBuffer(),
      await picture.clone().toColourspace('cmyk').jpeg().toBuffer(),
      await picture.clone().resize(3, 3).jpeg().toBuffer(),
    ];
    for (const bytes of others) {
      await expect(fromPlanes(bytes)).rejects.toMatchObject({ code: 'IMAGE_FORMAT_UNSUPPORTED' });
      await expect(preparePicture(bytes, SMALL)).resolves.toMatchObject({ decoding: { decoder: 'sharp' } });
    }
  });

  it('are not made of a truncated file', async () => {
    const bytes = await asSharp(noisy(64, 64, 5))
      .jpeg()
      .toBuffer();
    for (let length = 200; length < bytes.length; length += 37) {
      expect(decodeByPlanes(bytes.subarray(0, length))).toBeUndefined();
    }
    expect(decodeByPlanes(bytes.subarray(0, bytes.length - 1))).toBeUndefined();
    expect(decodeByPlanes(bytes)).toBeDefined();
  });

  it('agree with libjpeg-turbo on damaged pictures too, or are not made', async () => {
    const bytes = await asSharp(noisy(80, 60, 7))
      .jpeg({ quality: 60 })
      .toBuffer();
    const damage = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), {
      minLength: 1,
      maxLength: 4,
    });
    await fc.assert(
      fc.asyncProperty(damage, async (changes) => {
        const damaged = Buffer.from(bytes);
        for (const [at, value] of changes) damaged[at % damaged.length] = value;
        const decoded = decodeByPlanes(damaged);
        if (!decoded) return;
        // A flipped bit may decode to other pixels, and then to the same other pixels.
        const reference = await decodePicture(damaged, { decoders: ['sharp'] }).catch(() => undefined);
        if (reference) expect(difference(decoded, reference).max).toBe(0);
      }),
      { numRuns: 300 },
    );
  });

  describe('on what sharp does not write', () => {
    const fixture = (name: string) => readFile(new URL(`../fixtures/${name}.jpg`, import.meta.url));

    it.each(['restart-420', 'restart-444', 'grey-restart', 'sampling-422'])('takes %s', async (name) => {
      const bytes = await fixture(name);
      const decoded = decodeByPlanes(bytes);
      expect(decoded && difference(decoded, await decodePicture(bytes, { decoders: ['sharp'] })).max).toBe(0);
      await expect(fromPlanes(bytes)).resolves.toMatchObject({ decoding: { decoder: 'planes' } });
    });

    it.each(['sampling-440', 'rgb'])('leaves %s to sharp', async (name) => {
      const bytes = await fixture(name);
      await expect(fromPlanes(bytes)).rejects.toBeDefined();
      expect(await decodePicture(bytes)).toMatchObject({ width: 45, height: 34 });
    });

    it('declines a restart marker that is missing or out of turn', async () => {
      const bytes = await fixture('restart-420');
      const first = bytes.indexOf(Buffer.from([0xff, 0xd0]));
      const swapped = Buffer.from(bytes);
      swapped[first + 1] = 0xd3;
      expect(decodeByPlanes(swapped)).toBeUndefined();
      const missing = Buffer.concat([bytes.subarray(0, first), bytes.subarray(first + 2)]);
      expect(decodeByPlanes(missing)).toBeUndefined();
    });
  });
});

describeWithData('the 200 photographs', () => {
  it('have the planes of libjpeg-turbo, to the last bit', async () => {
    const names = (await readdir(dataPath('imagenet'))).filter((name) => name.endsWith('.JPEG'));
    let taken = 0;
    for (const name of names.filter((_, i) => i % 4 === 0)) {
      const bytes = await readFile(dataPath('imagenet', name));
      const header = readJpegHeader(bytes);
      const decoded = decodeByPlanes(bytes);
      // Colours of a profile and turned pictures are another test's.
      if (!decoded || header?.profile !== undefined || header?.orientation !== 1) continue;
      taken += 1;
      expect(difference(decoded, await decodePicture(bytes, { decoders: ['wasm'] })).max, name).toBe(0);
    }
    expect(taken).toBeGreaterThanOrEqual(30);
  });

  it('are prepared from their planes, all that are not enlarged', async () => {
    const input = inputSpecSchema.parse({
      layout: 'NCHW',
      width: 227,
      height: 227,
      resize: { rule: 'squash' },
    });
    const names = (await readdir(dataPath('imagenet'))).filter((name) => name.endsWith('.JPEG'));
    const others: string[] = [];
    for (const name of names) {
      const { decoding, info } = await preparePicture(await readFile(dataPath('imagenet', name)), input);
      if (decoding?.decoder !== 'planes') {
        if (Math.min(info.width, info.height) >= 227) others.push(`${name} ${info.width}x${info.height}`);
      }
      // Three samples per resized pixel are left; what has more is decoded smaller.
      else if (Math.min(info.width, info.height) >= 6 * 227) expect(decoding.shrink, name).toBeGreaterThan(1);
    }
    // Its chroma has half of luma's rows and all of its columns.
    expect(others).toEqual(['n03461385_grocery_store.JPEG 800x1066']);
  });
});
