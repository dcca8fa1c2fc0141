import { describe, expect, it } from 'vitest';
import { cropHints } from '../../src/image/properties/crop-hints.ts';
import { imageProperties } from '../../src/image/properties/image-properties.ts';
import type { Pixels } from '../../src/image/types.ts';
import { asSharp, testPixels } from './pictures.ts';

function picture(width: number, height: number, color: (x: number, y: number) => readonly number[]): Pixels {
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) data.set(color(x, y), (y * width + x) * 3);
  }
  return { width, height, data };
}
const encode = (pixels: Pixels) => asSharp(pixels).png().toBuffer();

const RED = [220, 20, 30];
const BLUE = [10, 40, 200];

describe('imageProperties', () => {
  it('finds the colours and their shares', async () => {
    const bytes = await encode(picture(80, 40, (x) => (x < 60 ? RED : BLUE)));
    const { dominantColors } = await imageProperties(bytes);
    expect(dominantColors).toEqual([
      { red: 220, green: 20, blue: 30, share: 0.75 },
      { red: 10, green: 40, blue: 200, share: 0.25 },
    ]);
  });

  it('gives no more colours than wanted, and shares that sum to 1', async () => {
    const bytes = await encode(testPixels(200, 150));
    const { dominantColors } = await imageProperties(bytes, { maxColors: 4 });
    expect(dominantColors.length).toBeLessThanOrEqual(4);
    expect(dominantColors.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1);
    const shares = dominantColors.map(({ share }) => share);
    expect(shares).toEqual([...shares].sort((a, b) => b - a));
    expect(await imageProperties(bytes, { maxColors: 4 })).toEqual(
      await imageProperties(bytes, { maxColors: 4 }),
    );
  });

  it('measures brightness and contrast between the extremes', async () => {
    const of = async (pixels: Pixels) => imageProperties(await encode(pixels));
    const black = await of(picture(20, 20, () => [0, 0, 0]));
    expect(black).toMatchObject({ contrast: 0, sharpness: 0 });
    expect(black.brightness).toBeCloseTo(0);
    expect((await of(picture(20, 20, () => [255, 255, 255]))).brightness).toBeCloseTo(100, 1);
    const halves = await of(picture(20, 20, (x) => (x < 10 ? [0, 0, 0] : [255, 255, 255])));
    expect(halves.brightness).toBeCloseTo(50, 1);
    expect(halves.contrast).toBeCloseTo(100, 1);
  });

  it('finds a blurred picture less sharp', async () => {
    const bytes = await encode(
      picture(200, 200, (x, y) => (((x >> 3) + (y >> 3)) % 2 === 0 ? RED : [250, 240, 230])),
    );
    const blurred = await asSharp(
      picture(200, 200, (x, y) => (((x >> 3) + (y >> 3)) % 2 === 0 ? RED : [250, 240, 230])),
    )
      .blur(4)
      .png()
      .toBuffer();
    const [sharp, soft] = [await imageProperties(bytes), await imageProperties(blurred)];
    expect(sharp.sharpness).toBeGreaterThan(soft.sharpness * 3);
  });

  it('takes the smallest picture', async () => {
    const { dominantColors, sharpness } = await imageProperties(await encode(picture(1, 1, () => RED)));
    expect(dominantColors).toEqual([{ red: 220, green: 20, blue: 30, share: 1 }]);
    expect(sharpness).toBe(0);
  });
});

describe('cropHints', () => {
  /** Grey, with a colourful chequered patch on the right. */
  const scene = picture(1200, 600, (x, y) =>
    x > 900 && x < 1100 && y > 200 && y < 400
      ? ((x >> 4) + (y >> 4)) % 2 === 0
        ? [255, 40, 30]
        : [30, 60, 250]
      : [128, 128, 128],
  );

  it('keeps what draws the eye, in pixels of the picture', async () => {
    const [square, tall] = await cropHints(await encode(scene), [1, 0.5]);
    expect(square).toMatchObject({ aspectRatio: 1, width: 600, height: 600, y: 0 });
    expect(square?.x).toBeGreaterThanOrEqual(450);
    expect(square?.x).toBeLessThanOrEqual(600);
    expect(tall).toMatchObject({ width: 300, height: 600, y: 0 });
    expect(tall?.x).toBeGreaterThan(700);
    expect((tall?.x ?? 0) + 300).toBeLessThanOrEqual(1200);
  });

  it('is the whole picture for its own shape', async () => {
    const [whole] = await cropHints(await encode(testPixels(300, 200)), [1.5]);
    expect(whole).toEqual({ aspectRatio: 1.5, x: 0, y: 0, width: 300, height: 200 });
  });

  it.each([0, -1, Number.NaN, 1000])('refuses the shape %d', async (ratio) => {
    await expect(cropHints(await encode(testPixels()), [ratio])).rejects.toMatchObject({
      code: 'OPTION_INVALID',
    });
  });
});
