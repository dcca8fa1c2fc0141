import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isPictorError } from '../../src/errors.ts';
import { decodePicture } from '../../src/image/decode.ts';

interface Bmp {
  readonly width: number;
  /** Negative: top-down. */
  readonly height: number;
  readonly bits: number;
  readonly compression?: number;
  readonly palette?: readonly (readonly [number, number, number])[];
  /** Size of the info header (default 40). */
  readonly header?: number;
  readonly masks?: readonly number[];
  readonly pixels: readonly number[];
}

/** Writes a BMP by the book, so that the decoder is not tested against an encoder with the same misunderstandings. */
function bmp({ width, height, bits, compression = 0, palette = [], header = 40, masks = [], pixels }: Bmp) {
  const inHeader = header >= 52;
  const extra = inHeader ? 0 : masks.length * 4;
  const stride = header === 12 ? 3 : 4;
  const start = 14 + header + extra + palette.length * stride;
  const bytes = Buffer.alloc(start + pixels.length);
  bytes.write('BM');
  bytes.writeUInt32LE(bytes.length, 2);
  bytes.writeUInt32LE(start, 10);
  bytes.writeUInt32LE(header, 14);
  if (header === 12) {
    bytes.writeUInt16LE(width, 18);
    bytes.writeUInt16LE(height, 20);
    bytes.writeUInt16LE(1, 22);
    bytes.writeUInt16LE(bits, 24);
  } else {
    bytes.writeInt32LE(width, 18);
    bytes.writeInt32LE(height, 22);
    bytes.writeUInt16LE(1, 26);
    bytes.writeUInt16LE(bits, 28);
    bytes.writeUInt32LE(compression, 30);
    bytes.writeUInt32LE(palette.length, 46);
  }
  for (const [i, mask] of masks.entries()) bytes.writeUInt32LE(mask >>> 0, 54 + i * 4);
  for (const [i, [r, g, b]] of palette.entries()) bytes.set([b, g, r], 14 + header + extra + i * stride);
  bytes.set(pixels, start);
  return bytes;
}

const RED = [255, 0, 0] as const;
const GREEN = [0, 255, 0] as const;
const BLUE = [0, 0, 255] as const;
const WHITE = [255, 255, 255] as const;
const BLACK = [0, 0, 0] as const;
const PALETTE = [RED, GREEN, BLUE, WHITE];

const decode = async (picture: Bmp) => Array.from((await decodePicture(bmp(picture))).data);

describe('BMP', () => {
  it('1 bit, more than one byte a row', async () => {
    const pixels = [0b10000000, 0b01000000, 0, 0, 0b01111111, 0b10000000, 0, 0];
    const data = await decode({ width: 10, height: 2, bits: 1, palette: [RED, GREEN], pixels });
    const top = [RED, ...Array.from({ length: 8 }, () => GREEN), RED];
    const bottom = [GREEN, ...Array.from({ length: 8 }, () => RED), GREEN];
    expect(data).toEqual([...top, ...bottom].flat());
  });

  it('2 bits', async () => {
    const data = await decode({
      width: 4,
      height: 1,
      bits: 2,
      palette: PALETTE,
      pixels: [0b00011011, 0, 0, 0],
    });
    expect(data).toEqual(PALETTE.flat());
  });

  it('4 bits, odd width', async () => {
    const pixels = [0x01, 0x20, 0, 0, 0x32, 0x10, 0, 0];
    const data = await decode({ width: 3, height: 2, bits: 4, palette: PALETTE, pixels });
    expect(data).toEqual([WHITE, BLUE, GREEN, RED, GREEN, BLUE].flat());
  });

  it('8 bits; an index beyond the palette is black', async () => {
    const data = await decode({ width: 3, height: 1, bits: 8, palette: PALETTE, pixels: [2, 0, 200, 0] });
    expect(data).toEqual([BLUE, RED, BLACK].flat());
  });

  it('8 bits with the OS/2 header', async () => {
    const data = await decode({
      width: 2,
      height: 1,
      bits: 8,
      header: 12,
      palette: PALETTE,
      pixels: [1, 3, 0, 0],
    });
    // The core header has no palette size: it is 256 entries long, of which the file holds four.
    expect(data.slice(0, 6)).toEqual([GREEN, WHITE].flat());
  });

  it('16 bits as 555, and as 565 by masks', async () => {
    const five = await decode({ width: 2, height: 1, bits: 16, pixels: [0x00, 0x7c, 0x1f, 0x00] });
    expect(five).toEqual([RED, BLUE].flat());
    const six = await decode({
      width: 2,
      height: 1,
      bits: 16,
      compression: 3,
      masks: [0xf800, 0x07e0, 0x001f],
      pixels: [0xe0, 0x07, 0x00, 0x80],
    });
    expect(six).toEqual([...GREEN, 132, 0, 0]);
  });

  it('24 bits, bottom-up and top-down', async () => {
    const rows = [...[0, 0, 255], ...[0, 255, 0], 0, 0, ...[255, 0, 0], ...[255, 255, 255], 0, 0];
    expect(await decode({ width: 2, height: 2, bits: 24, pixels: rows })).toEqual(
      [BLUE, WHITE, RED, GREEN].flat(),
    );
    expect(await decode({ width: 2, height: -2, bits: 24, pixels: rows })).toEqual(
      [RED, GREEN, BLUE, WHITE].flat(),
    );
  });

  it('32 bits; the fourth byte means nothing without a mask', async () => {
    expect(await decode({ width: 2, height: 1, bits: 32, pixels: [0, 0, 255, 0, 255, 0, 0, 9] })).toEqual(
      [RED, BLUE].flat(),
    );
  });

  it('32 bits with alpha, onto white; all transparent counts as opaque', async () => {
    const alpha = { bits: 32, compression: 3, header: 108, height: 1 };
    const masks = [0xff0000, 0xff00, 0xff, 0xff000000];
    const pixels = [0, 0, 255, 255, 0, 0, 255, 0];
    expect(await decode({ ...alpha, masks, width: 2, pixels })).toEqual([RED, WHITE].flat());
    expect(await decode({ ...alpha, masks, width: 1, pixels: [0, 0, 255, 0] })).toEqual([...RED]);
  });

  it('RLE8: runs, literals, a jump, ends of rows', async () => {
    const pixels = [3, 1, 1, 2, 0, 0, 0, 3, 0, 1, 2, 0, 0, 0, 0, 2, 1, 0, 2, 3, 0, 1];
    const data = await decode({ width: 4, height: 3, bits: 8, compression: 1, palette: PALETTE, pixels });
    const rows = [
      [RED, WHITE, WHITE, RED],
      [RED, GREEN, BLUE, RED],
      [GREEN, GREEN, GREEN, BLUE],
    ];
    expect(data).toEqual(rows.flat(2));
  });

  it('RLE4: runs alternate two colours, literals are padded', async () => {
    const pixels = [5, 0x12, 0, 0, 0, 5, 0x01, 0x23, 0x00, 0, 0, 1];
    const data = await decode({ width: 5, height: 2, bits: 4, compression: 2, palette: PALETTE, pixels });
    const rows = [
      [RED, GREEN, BLUE, WHITE, RED],
      [GREEN, BLUE, GREEN, BLUE, GREEN],
    ];
    expect(data).toEqual(rows.flat(2));
  });
});

describe('a BMP is refused', () => {
  const plain = { width: 2, height: 1, bits: 24, pixels: [0, 0, 255, 0, 255, 0] };
  it.each([
    ['with fewer pixels than it promises', { ...plain, height: 3 }],
    ['of an unknown depth', { ...plain, bits: 7 }],
    ['with an embedded JPEG', { ...plain, compression: 4 }],
    ['with runs that leave the picture', { ...plain, bits: 8, compression: 1, pixels: [2, 0, 0, 0, 3, 0] }],
    ['with runs that end early', { ...plain, height: 5, bits: 8, compression: 1, pixels: [2, 0, 0, 0] }],
    ['of negative width', { ...plain, width: -2 }],
  ])('%s', async (_, picture) => {
    await expect(decodePicture(bmp(picture))).rejects.toMatchObject({ code: 'IMAGE_CORRUPT' });
  });

  it('of too many pixels, before anything is allocated', async () => {
    await expect(
      decodePicture(bmp({ ...plain, width: 0x7fffffff, height: 0x7fffffff })),
    ).rejects.toMatchObject({
      code: 'IMAGE_TOO_MANY_PIXELS',
    });
  });

  it('or decoded, whatever its bytes are, and never anything else', async () => {
    const seed = fc.record({
      width: fc.integer({ min: -3, max: 40 }),
      height: fc.integer({ min: -40, max: 40 }),
      bits: fc.constantFrom(1, 2, 4, 8, 16, 24, 32),
      compression: fc.integer({ min: 0, max: 6 }),
      header: fc.constantFrom(12, 40, 52, 56, 108, 124),
      pixels: fc.array(fc.integer({ min: 0, max: 255 }), { maxLength: 300 }),
    });
    await fc.assert(
      fc.asyncProperty(seed, async (picture) => {
        const height = picture.header === 12 ? Math.abs(picture.height) : picture.height;
        const width = picture.header === 12 ? Math.abs(picture.width) : picture.width;
        const outcome: unknown = await decodePicture(bmp({ ...picture, width, height })).catch(
          (e: unknown) => e,
        );
        if (outcome instanceof Error) expect(isPictorError(outcome) && outcome.code).toMatch(/^IMAGE_/);
        else expect(outcome).toMatchObject({ width, height: Math.abs(height) });
      }),
      { numRuns: 500 },
    );
  });
});
