import { readdir, readFile } from 'node:fs/promises';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { decodePicture } from '../../../src/image/decode.ts';
import { readJpegHeader } from '../../../src/image/formats/headers/jpeg.ts';
import { inputSpecSchema } from '../../../src/image/input-spec.ts';
import { preparePicture } from '../../../src/image/prepare.ts';
import type { DecoderName, Pixels } from '../../../src/image/types.ts';
import { dataPath, describeWithData } from '../../support/data.ts';
import {
  COLORANTS,
  curv,
  gammaCurve,
  greyProfile,
  iccProfile,
  parametricCurve,
  rgbProfile,
  sampledCurve,
  withProfile,
} from './profiles.ts';

/** Every level of grey, and colours all over the cube, the dark ones more often. */
function colours(): Buffer {
  const data = Buffer.alloc(256 * 160 * 3);
  let state = 7;
  for (let i = 0; i < data.length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    const pixel = Math.floor(i / 3);
    const level = pixel % 256;
    data[i] = pixel < 256 * 32 ? level : pixel < 256 * 64 ? (state >>> 20) & 63 : (state >>> 20) & 255;
  }
  return data;
}

const raw = () => sharp(colours(), { raw: { width: 256, height: 160, channels: 3 } });
const settings = { quality: 98, chromaSubsampling: '4:4:4' };
const COLOURED = await raw().jpeg(settings).toBuffer();
const GREY = await raw().toColourspace('b-w').jpeg(settings).toBuffer();

/** libvips with lcms, whatever Pictor's own decoders do. */
async function byLcms(jpeg: Buffer): Promise<Pixels> {
  const { data, info } = await sharp(jpeg)
    .autoOrient()
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data };
}

/** How many values of two pictures differ by 0, 1, 2… levels, as shares of all. */
function distances(a: Pixels, b: Pixels): number[] {
  expect([a.width, a.height, a.data.length]).toEqual([b.width, b.height, b.data.length]);
  const counts: number[] = new Array(256).fill(0);
  a.data.forEach((value, i) => {
    const distance = Math.abs(value - (b.data[i] ?? 0));
    counts[distance] = (counts[distance] ?? 0) + 1;
  });
  return counts.map((count) => count / a.data.length);
}

const SMALL = inputSpecSchema.parse({ layout: 'NHWC', width: 4, height: 4, resize: { rule: 'squash' } });

const srgbLike = [2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045];
const { adobe, p3, proPhoto, srgb } = COLORANTS;

/** The ways in which whole JPEGs are decoded and their profiles read by Pictor. */
const ways: readonly DecoderName[] = ['sharp', 'wasm'];

describe.each(ways)('JPEGs with a profile, decoded by %s', (way) => {
  it.each([
    ['Adobe RGB', rgbProfile(adobe, gammaCurve(2.19921875))],
    ['Display P3', rgbProfile(p3, parametricCurve(3, srgbLike))],
    ['ProPhoto RGB', rgbProfile(proPhoto, gammaCurve(1.8))],
    ['linear light', rgbProfile(adobe, curv([]))],
    ['a curve of two samples', rgbProfile(adobe, curv([0, 65535]))],
    [
      'a curve of 16 samples',
      rgbProfile(
        adobe,
        sampledCurve(16, (x) => x ** 2.2),
      ),
    ],
    [
      'a curve of 4096 samples',
      rgbProfile(
        p3,
        sampledCurve(4096, (x) => x ** 2.4),
      ),
    ],
    ['a parametric curve of type 0', rgbProfile(adobe, parametricCurve(0, [2.2]))],
    ['a parametric curve of type 1', rgbProfile(adobe, parametricCurve(1, [2.2, 1.05, -0.05]))],
    ['a parametric curve of type 2', rgbProfile(adobe, parametricCurve(2, [2.2, 1.05, -0.05, 0]))],
    ['a parametric curve of type 4', rgbProfile(adobe, parametricCurve(4, [...srgbLike, 0, 0]))],
    ['three different curves', rgbProfile(p3, gammaCurve(1.8), gammaCurve(2.2), gammaCurve(2.6))],
  ])('get the colours that lcms gives, to the bit: %s', async (_, profile) => {
    const jpeg = withProfile(COLOURED, profile);
    const reference = await byLcms(jpeg);
    expect(distances(reference, await byLcms(COLOURED))[0]).toBeLessThan(0.9);
    expect(distances(await decodePicture(jpeg, { decoders: [way] }), reference)[0]).toBe(1);
  });

  it.each([
    // lcms samples the joined curves at 4096 places.
    ['the primaries of sRGB with another curve', rgbProfile(srgb, gammaCurve(2.2)), 0.95, 1],
    // lcms samples a grid of 33 places where black has to be compensated.
    [
      'a black that is not black',
      rgbProfile(
        adobe,
        sampledCurve(64, (x) => 0.02 + 0.98 * x ** 2.2),
      ),
      0.9,
      0.97,
    ],
  ])('get nearly the colours that lcms gives: %s', async (_, profile, equal, withinOne) => {
    const jpeg = withProfile(COLOURED, profile);
    const [same = 0, one = 0] = distances(await decodePicture(jpeg, { decoders: [way] }), await byLcms(jpeg));
    expect(same).toBeGreaterThan(equal);
    expect(same + one).toBeGreaterThanOrEqual(withinOne);
  });

  it.each([
    ['gamma 2.2', greyProfile(gammaCurve(2.2)), 0.9, 1],
    ['gamma 1.8', greyProfile(gammaCurve(1.8)), 0.9, 1],
    // lcms samples the curve at 33 places: too few for the dark end of this one.
    [
      "a printer's dot gain",
      greyProfile(
        sampledCurve(256, (x) => x ** 1.75),
        'prtr',
      ),
      0.9,
      0.97,
    ],
    ['a black that is not black', greyProfile(sampledCurve(256, (x) => 0.02 + 0.98 * x ** 2.2)), 0.9, 1],
  ])('get nearly the greys that lcms gives: %s', async (_, profile, equal, withinOne) => {
    const jpeg = withProfile(GREY, profile);
    const [same = 0, one = 0] = distances(await decodePicture(jpeg, { decoders: [way] }), await byLcms(jpeg));
    expect(same).toBeGreaterThan(equal);
    expect(same + one).toBeGreaterThanOrEqual(withinOne);
  });

  it('keep sRGB to the bit', async () => {
    for (const profile of [
      rgbProfile(srgb, parametricCurve(3, srgbLike)),
      rgbProfile(
        srgb,
        sampledCurve(1024, (x) => (x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4)),
      ),
    ]) {
      const decoded = await decodePicture(withProfile(COLOURED, profile), { decoders: [way] });
      expect(distances(decoded, await byLcms(COLOURED))[0]).toBe(1);
    }
  });

  it.each([
    ['grey on colours', COLOURED, greyProfile(gammaCurve(1.8))],
    ['colours on grey', GREY, rgbProfile(adobe, gammaCurve(1.8))],
    ['ink on colours', COLOURED, iccProfile({ deviceClass: 'prtr', colourSpace: 'CMYK', tags: {} })],
  ])('ignore, as libvips does, a profile of other pictures: %s', async (_, picture, profile) => {
    const jpeg = withProfile(picture, profile);
    const decoded = await decodePicture(jpeg, { decoders: [way] });
    expect(distances(decoded, await byLcms(jpeg))[0]).toBe(1);
    expect(distances(decoded, await byLcms(picture))[0]).toBe(1);
  });

  it('are converted each by its own profile, in any order', async () => {
    const gammas = [1.2, 1.4, 1.6, 1.8, 2, 2.2, 2.4, 2.6, 2.8, 3, 1.2, 3, 1.4];
    for (const gamma of gammas) {
      const jpeg = withProfile(COLOURED, rgbProfile(adobe, gammaCurve(gamma)));
      expect(distances(await decodePicture(jpeg, { decoders: [way] }), await byLcms(jpeg))[0]).toBe(1);
    }
  });
});

describe('profiles that are not curves and a matrix', () => {
  const table = Buffer.alloc(64, 'mft2');
  const curve = gammaCurve(2.2);

  it.each([
    ['tables', rgbProfile(adobe, curve, curve, curve, { A2B0: table })],
    ['a missing curve', iccProfile({ tags: { rTRC: curve, gTRC: curve } })],
    ['no device', iccProfile({ deviceClass: 'abst', tags: {} })],
    ['another space', iccProfile({ colourSpace: 'Lab ', deviceClass: 'spac', tags: {} })],
    ['version 5', iccProfile({ version: 5, tags: {} })],
    ['colorants of no device', rgbProfile([9, -8, 0, -9, 9, 0, 0.1, 0.1, 0.7], curve)],
    ['nothing of a profile', Buffer.from('not a profile at all')],
  ])('are left to lcms: %s', async (_, profile) => {
    const jpeg = withProfile(COLOURED, profile);
    await expect(preparePicture(jpeg, SMALL, { decoders: ['planes'] })).rejects.toMatchObject({
      code: 'IMAGE_FORMAT_UNSUPPORTED',
    });
    expect(distances(await decodePicture(jpeg), await byLcms(jpeg))[0]).toBe(1);
  });
});

describe('progressive JPEGs with a profile', () => {
  const progressive = { ...settings, progressive: true };

  it('get the colours that lcms gives, to the bit, from sharp', async () => {
    const jpeg = withProfile(await raw().jpeg(progressive).toBuffer(), rgbProfile(adobe, gammaCurve(2.2)));
    expect(distances(await decodePicture(jpeg, { decoders: ['sharp'] }), await byLcms(jpeg))[0]).toBe(1);
  });

  it('look the same whichever decodes', async () => {
    const grey = await raw().toColourspace('b-w').jpeg(progressive).toBuffer();
    const jpeg = withProfile(
      grey,
      greyProfile(
        sampledCurve(256, (x) => x ** 1.75),
        'prtr',
      ),
    );
    const bySharp = await decodePicture(jpeg, { decoders: ['sharp'] });
    expect(distances(bySharp, await decodePicture(jpeg, { decoders: ['wasm'] }))[0]).toBe(1);
    expect(distances(bySharp, await decodePicture(grey, { decoders: ['sharp'] }))[0]).toBeLessThan(0.5);
  });
});

describeWithData('photographs with a profile that is not sRGB', () => {
  it('get the colours that lcms gives, to the bit', async () => {
    const names = (await readdir(dataPath('imagenet'))).filter((name) => name.endsWith('.JPEG'));
    let converted = 0;
    for (const name of names) {
      const bytes = await readFile(dataPath('imagenet', name));
      if (readJpegHeader(bytes)?.profile === undefined) continue;
      const reference = await byLcms(bytes);
      const changed = distances(reference, await byLcms(withoutProfile(bytes)))
        .slice(3)
        .some((n) => n > 0);
      if (!changed) continue;
      converted += 1;
      for (const way of ways) {
        expect(distances(await decodePicture(bytes, { decoders: [way] }), reference)[0], name).toBe(1);
      }
    }
    // Of 200: Adobe RGB, and the generic, camera and display profiles of macOS.
    expect(converted).toBe(14);
  });
});

/** Renames the profile's segments. */
function withoutProfile(jpeg: Buffer): Buffer {
  const changed = Buffer.from(jpeg);
  for (let at = changed.indexOf('ICC_PROFILE\0'); at >= 0; at = changed.indexOf('ICC_PROFILE\0')) {
    changed.write('xxx', at);
  }
  return changed;
}
