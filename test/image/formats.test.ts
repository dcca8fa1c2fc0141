import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { decodePicture } from '../../src/image/decode.ts';
import { inspectPicture } from '../../src/image/inspect.ts';
import { readSource } from '../../src/image/sources/read-source.ts';
import type { DecoderName, PictureFormat, Pixels } from '../../src/image/types.ts';
import { dataPath, describeWithData } from '../support/data.ts';
import { asSharp, difference, testPixels } from './pictures.ts';

const PICTURE = testPixels();
const plain = () => asSharp(PICTURE);

interface Case {
  readonly format: PictureFormat;
  readonly encode: () => Promise<Buffer>;
  /** Largest mean difference, levels. */
  readonly within: number;
  /** What comes out, where that is not the picture itself. */
  readonly expected?: () => Pixels;
  readonly decoders: readonly DecoderName[];
}

const NATIVE: readonly DecoderName[] = ['sharp'];
const BOTH: readonly DecoderName[] = ['sharp', 'wasm'];

const grey = (): Pixels => {
  const data = PICTURE.data.slice();
  for (let at = 0; at < data.length; at += 3) {
    const [r = 0, g = 0, b = 0] = data.subarray(at, at + 3);
    data.fill(Math.round(0.299 * r + 0.587 * g + 0.114 * b), at, at + 3);
  }
  return { ...PICTURE, data };
};

/** Left half fully transparent, right half half transparent, over white. */
const faded = (): Pixels => {
  const data = PICTURE.data.map((value, i) =>
    Math.floor(i / 3) % PICTURE.width < PICTURE.width / 2 ? 255 : Math.round((value * 128 + 255 * 127) / 255),
  );
  return { ...PICTURE, data };
};
const transparent = () => {
  const { width, height, data } = PICTURE;
  const rgba = Buffer.alloc(width * height * 4);
  for (let i = 0; i < width * height; i++) {
    rgba.set(data.subarray(i * 3, i * 3 + 3), i * 4);
    rgba[i * 4 + 3] = i % width < width / 2 ? 0 : 128;
  }
  return sharp(rgba, { raw: { width, height, channels: 4 } });
};
const frames = () => {
  const { width, height } = PICTURE;
  const black = sharp({ create: { width, height, channels: 3, background: '#000' } })
    .png()
    .toBuffer();
  return Promise.all([plain().png().toBuffer(), black]).then((all) =>
    sharp(all, { join: { animated: true } }),
  );
};

const cases: Record<string, Case> = {
  'JPEG, baseline': {
    format: 'jpeg',
    encode: () => plain().jpeg({ quality: 95 }).toBuffer(),
    within: 3,
    decoders: BOTH,
  },
  'JPEG, 4:4:4': {
    format: 'jpeg',
    encode: () => plain().jpeg({ quality: 98, chromaSubsampling: '4:4:4' }).toBuffer(),
    within: 1.5,
    decoders: BOTH,
  },
  'JPEG, progressive': {
    format: 'jpeg',
    encode: () => plain().jpeg({ quality: 95, progressive: true }).toBuffer(),
    within: 3,
    decoders: BOTH,
  },
  'JPEG, grey': {
    format: 'jpeg',
    encode: () => asSharp(grey()).greyscale().jpeg({ quality: 95 }).toBuffer(),
    within: 3,
    expected: grey,
    decoders: BOTH,
  },
  'JPEG, CMYK as Adobe inverts it': {
    format: 'jpeg',
    encode: () => plain().toColourspace('cmyk').jpeg({ quality: 98 }).toBuffer(),
    // The way to CMYK and back loses saturated colours.
    within: 40,
    decoders: NATIVE,
  },
  PNG: { format: 'png', encode: () => plain().png().toBuffer(), within: 0, decoders: BOTH },
  'PNG, palette': {
    format: 'png',
    encode: () => plain().png({ palette: true, colours: 256, dither: 0 }).toBuffer(),
    within: 5,
    decoders: BOTH,
  },
  'PNG, 16 bit': {
    format: 'png',
    encode: () => plain().toColourspace('rgb16').png().toBuffer(),
    within: 1,
    decoders: BOTH,
  },
  'PNG, grey': {
    format: 'png',
    encode: () => asSharp(grey()).toColourspace('b-w').png().toBuffer(),
    expected: grey,
    within: 3,
    decoders: BOTH,
  },
  'PNG, transparent': {
    format: 'png',
    encode: () => transparent().png().toBuffer(),
    expected: faded,
    within: 1,
    decoders: BOTH,
  },
  'PNG, interlaced': {
    format: 'png',
    encode: () => plain().png({ progressive: true }).toBuffer(),
    within: 0,
    decoders: BOTH,
  },
  'WebP, lossy': {
    format: 'webp',
    encode: () => plain().webp({ quality: 95 }).toBuffer(),
    within: 4,
    decoders: BOTH,
  },
  'WebP, lossless': {
    format: 'webp',
    encode: () => plain().webp({ lossless: true }).toBuffer(),
    within: 0,
    decoders: BOTH,
  },
  'WebP, transparent': {
    format: 'webp',
    encode: () => transparent().webp({ lossless: true, exact: true }).toBuffer(),
    expected: faded,
    within: 1,
    decoders: BOTH,
  },
  'WebP, first frame of an animation': {
    format: 'webp',
    encode: async () => (await frames()).webp({ lossless: true }).toBuffer(),
    within: 0,
    decoders: NATIVE,
  },
  GIF: {
    format: 'gif',
    encode: () => plain().gif({ dither: 0, colours: 256 }).toBuffer(),
    within: 6,
    decoders: NATIVE,
  },
  'GIF, first frame of an animation': {
    format: 'gif',
    encode: async () => (await frames()).gif({ dither: 0 }).toBuffer(),
    within: 6,
    decoders: NATIVE,
  },
  TIFF: {
    format: 'tiff',
    encode: () => plain().tiff({ compression: 'lzw' }).toBuffer(),
    within: 0,
    decoders: NATIVE,
  },
  'TIFF, 16 bit, big-endian': {
    format: 'tiff',
    encode: () => plain().toColourspace('rgb16').tiff({ compression: 'none' }).toBuffer(),
    within: 1,
    decoders: NATIVE,
  },
  AVIF: {
    format: 'avif',
    encode: () => plain().avif({ quality: 90 }).toBuffer(),
    within: 5,
    decoders: NATIVE,
  },
};

describe.each(Object.entries(cases))('%s', (name, { format, encode, within, expected, decoders }) => {
  it('is told by its content', async () => {
    const bytes = await encode();
    const { width, height } = PICTURE;
    // Both animations have two.
    const frames = name.includes('animation') ? { count: 2, read: 1 } : undefined;
    expect(await inspectPicture(bytes)).toEqual({
      format,
      width,
      height,
      bytes: bytes.length,
      ...(frames && { frames }),
    });
  });

  it.each(decoders)('decodes by %s', async (decoder) => {
    const decoded = await decodePicture(await encode(), { decoders: [decoder] });
    expect(decoded.data).toHaveLength(decoded.width * decoded.height * 3);
    expect(difference(decoded, expected?.() ?? PICTURE).mean).toBeLessThanOrEqual(within);
  });
});

describe('EXIF orientation', () => {
  // EXIF 2.3, table 6: which side of the upright picture the stored row 0 and the stored column 0 are.
  const sides: Record<number, readonly [row: string, column: string]> = {
    1: ['top', 'left'],
    2: ['top', 'right'],
    3: ['bottom', 'right'],
    4: ['bottom', 'left'],
    5: ['left', 'top'],
    6: ['right', 'top'],
    7: ['right', 'bottom'],
    8: ['left', 'bottom'],
  };
  const stored = (orientation: number): Pixels => {
    const [row = '', column = ''] = sides[orientation] ?? [];
    const lying = row === 'left' || row === 'right';
    const width = lying ? PICTURE.height : PICTURE.width;
    const height = lying ? PICTURE.width : PICTURE.height;
    const data = new Uint8Array(width * height * 3);
    for (let r = 0; r < height; r++) {
      for (let c = 0; c < width; c++) {
        const along: Record<string, number> = { [row]: r, [column]: c };
        const x = along['left'] ?? PICTURE.width - 1 - (along['right'] ?? 0);
        const y = along['top'] ?? PICTURE.height - 1 - (along['bottom'] ?? 0);
        const from = (y * PICTURE.width + x) * 3;
        data.set(PICTURE.data.subarray(from, from + 3), (r * width + c) * 3);
      }
    }
    return { width, height, data };
  };
  for (const orientation of [1, 2, 3, 4, 5, 6, 7, 8]) {
    for (const [format, decoders] of [
      ['jpeg', BOTH],
      ['png', BOTH],
      ['webp', BOTH],
      ['tiff', NATIVE],
    ] as const) {
      it.each(decoders)(`${orientation} of a ${format} is undone by %s`, async (decoder) => {
        const bytes = await asSharp(stored(orientation))
          .withMetadata({ orientation })
          .toFormat(format, format === 'webp' ? { lossless: true } : { quality: 98 })
          .toBuffer();
        const upright = await decodePicture(bytes, { decoders: [decoder] });
        expect(difference(upright, PICTURE).mean).toBeLessThan(4);
        const info = await inspectPicture(bytes);
        expect([info.width, info.height]).toEqual([PICTURE.width, PICTURE.height]);
      });
    }
  }
});

describe('colour profiles', () => {
  it('are converted to sRGB', async () => {
    const wide = await plain().withIccProfile('p3').png().toBuffer();
    const { icc } = await sharp(wide).metadata();
    expect(icc).toBeDefined();
    // The encoder converted to P3 for storage; decoding must bring sRGB back.
    expect(difference(await decodePicture(wide), PICTURE).mean).toBeLessThan(1);
    const jpeg = await plain()
      .withIccProfile('p3')
      .jpeg({ quality: 98, chromaSubsampling: '4:4:4' })
      .toBuffer();
    expect(difference(await decodePicture(jpeg), PICTURE).mean).toBeLessThan(2);
  });

  it('that are sRGB change nothing', async () => {
    const options = { quality: 90 };
    const without = await decodePicture(await plain().jpeg(options).toBuffer());
    const tagged = await plain().withIccProfile('srgb').jpeg(options).toBuffer();
    expect(difference(await decodePicture(tagged), without).max).toBe(0);
  });
});

describeWithData('photographs of the test data', () => {
  it.each(['parrot.jpg', 'bird.bmp', 'grace_hopper.bmp', 'sunflower.bmp', 'cat_720p.jpg'])(
    '%s',
    async (name) => {
      const picture = await decodePicture(await readSource(dataPath('photos', name)));
      expect(picture.data).toHaveLength(picture.width * picture.height * 3);
      const mean = picture.data.reduce((sum, value) => sum + value, 0) / picture.data.length;
      expect(mean).toBeGreaterThan(20);
      expect(mean).toBeLessThan(235);
    },
  );
});
