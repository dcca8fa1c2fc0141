import { readdir, readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodePicture } from '../../src/image/decode.ts';
import { loadDirectJpeg } from '../../src/image/formats/decoders/direct-jpeg.ts';
import { readJpegHeader } from '../../src/image/formats/headers/jpeg.ts';
import { DEFAULT_IMAGE_LIMITS, type Pixels } from '../../src/image/types.ts';
import { dataPath, describeWithData } from '../support/data.ts';
import { asSharp, difference, testPixels } from './pictures.ts';

const direct = await loadDirectJpeg();

async function decodeDirectly(bytes: Uint8Array): Promise<Pixels | undefined> {
  const header = readJpegHeader(bytes);
  return header && direct(bytes, header, DEFAULT_IMAGE_LIMITS);
}

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

describe('the direct JPEG decoder', () => {
  it('computes the bits of libjpeg-turbo, whatever the size, quality and sampling', async () => {
    await fc.assert(
      fc.asyncProperty(size, size, fc.nat(), settings, fc.boolean(), async (w, h, seed, options, grey) => {
        const source = asSharp(noisy(w, h, seed));
        const bytes = await (grey ? source.toColourspace('b-w') : source).jpeg(options).toBuffer();
        const decoded = await decodeDirectly(bytes);
        expect(decoded).toBeDefined();
        if (!decoded) return;
        for (const name of references) {
          expect(difference(decoded, await decodePicture(bytes, { decoders: [name] })).max).toBe(0);
        }
      }),
      { numRuns: 150 },
    );
  });

  it('turns pictures upright like the others', async () => {
    for (let orientation = 1; orientation <= 8; orientation++) {
      const bytes = await asSharp(noisy(40, 25, 3))
        .withMetadata({ orientation })
        .jpeg()
        .toBuffer();
      const decoded = await decodeDirectly(bytes);
      expect(decoded && difference(decoded, await decodePicture(bytes, { decoders: ['sharp'] })).max).toBe(0);
    }
  });

  it('leaves to others what it does not know: progressive, tiny, CMYK', async () => {
    const picture = asSharp(noisy(64, 64, 9));
    const others = [
      await picture.clone().jpeg({ progressive: true }).toBuffer(),
      await picture.clone().toColourspace('cmyk').jpeg().toBuffer(),
      await picture.clone().resize(3, 3).jpeg().toBuffer(),
    ];
    for (const bytes of others) {
      await expect(decodePicture(bytes, { decoders: ['direct'] })).rejects.toMatchObject({
        code: 'IMAGE_FORMAT_UNSUPPORTED',
      });
      await expect(decodePicture(bytes)).resolves.toBeDefined();
    }
  });

  it('declines every truncation', async () => {
    const bytes = await asSharp(noisy(64, 64, 5))
      .jpeg()
      .toBuffer();
    for (let length = 200; length < bytes.length; length += 37) {
      expect(await decodeDirectly(bytes.subarray(0, length))).toBeUndefined();
    }
    expect(await decodeDirectly(bytes.subarray(0, bytes.length - 1))).toBeUndefined();
    expect(await decodeDirectly(bytes)).toBeDefined();
  });

  it('agrees with libjpeg-turbo on damaged pictures too, or declines them', async () => {
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
        const decoded = await decodeDirectly(damaged);
        if (!decoded) return;
        // A flipped bit may decode to other pixels, and then to the same other pixels.
        const reference = await decodePicture(damaged, { decoders: ['sharp'] }).catch(() => undefined);
        if (reference) expect(difference(decoded, reference).max).toBe(0);
      }),
      { numRuns: 300 },
    );
  });

  describe('on what sharp does not write', () => {
    const fixture = (name: string) => readFile(new URL(`fixtures/${name}.jpg`, import.meta.url));

    it.each(['restart-420', 'restart-444', 'grey-restart', 'sampling-422'])('takes %s', async (name) => {
      const bytes = await fixture(name);
      const decoded = await decodeDirectly(bytes);
      expect(decoded && difference(decoded, await decodePicture(bytes, { decoders: ['sharp'] })).max).toBe(0);
    });

    it.each(['sampling-440', 'rgb'])('leaves %s to sharp', async (name) => {
      const bytes = await fixture(name);
      await expect(decodePicture(bytes, { decoders: ['direct'] })).rejects.toBeDefined();
      expect(await decodePicture(bytes)).toMatchObject({ width: 45, height: 34 });
    });

    it('declines a restart marker that is missing or out of turn', async () => {
      const bytes = await fixture('restart-420');
      const first = bytes.indexOf(Buffer.from([0xff, 0xd0]));
      const swapped = Buffer.from(bytes);
      swapped[first + 1] = 0xd3;
      expect(await decodeDirectly(swapped)).toBeUndefined();
      const missing = Buffer.concat([bytes.subarray(0, first), bytes.subarray(first + 2)]);
      expect(await decodeDirectly(missing)).toBeUndefined();
    });
  });
});

describeWithData('the 200 photographs', () => {
  it('come out the same as from libjpeg-turbo, to the last bit, and nearly all go the direct way', async () => {
    const names = (await readdir(dataPath('imagenet'))).filter((name) => name.endsWith('.JPEG'));
    let taken = 0;
    for (const name of names) {
      const bytes = await readFile(dataPath('imagenet', name));
      const decoded = await decodePicture(bytes, { decoders: ['direct'] }).catch(() => undefined);
      if (!decoded) continue;
      taken += 1;
      expect(difference(decoded, await decodePicture(bytes, { decoders: ['wasm'] })).max, name).toBe(0);
    }
    expect(taken).toBeGreaterThanOrEqual(names.length * 0.99);
  });
});
