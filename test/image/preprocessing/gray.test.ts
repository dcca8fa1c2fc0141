import sharp from 'sharp';
import { expect, test } from 'vitest';
import { inputSpecSchema } from '../../../src/image/input-spec.ts';
import { preparePicture } from '../../../src/image/prepare.ts';

const recipe = (resize: object, layout: 'NCHW' | 'NHWC' = 'NCHW') =>
  inputSpecSchema.parse({
    layout,
    width: 37,
    height: 29,
    channelOrder: 'GRAY',
    resize,
    mean: [3, 0, 0],
    std: [2, 1, 1],
  });

/** A picture with edges and colours, and what its grey tensor has to be. */
async function picture(format: 'png' | 'jpeg') {
  const [width, height] = [200, 150];
  const data = Buffer.alloc(width * height * 3);
  for (let i = 0; i < width * height; i++) {
    data[i * 3] = (i % width) + 20;
    data[i * 3 + 1] = Math.floor(i / width) + 40;
    data[i * 3 + 2] = ((i % width) * 3) % 256;
  }
  const image = sharp(data, { raw: { width, height, channels: 3 } });
  const bytes = await (format === 'png' ? image.png() : image.jpeg({ quality: 95 })).toBuffer();
  const { data: rgb } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true });
  const gray = Buffer.alloc(width * height);
  for (let i = 0; i < gray.length; i++) {
    gray[i] = Math.round(
      0.299 * (rgb[i * 3] ?? 0) + 0.587 * (rgb[i * 3 + 1] ?? 0) + 0.114 * (rgb[i * 3 + 2] ?? 0),
    );
  }
  return { bytes, gray, width, height };
}

test.each([
  ['png', 'exact'],
  ['jpeg', 'exact'],
  ['jpeg', 'fast'],
] as const)('a grey tensor has one channel, luma of BT.601: %s, %s', async (format, preprocessing) => {
  const { bytes, gray, width, height } = await picture(format);
  const spec = recipe({ rule: 'squash', kernel: 'bilinear' });
  const { data, dims } = await preparePicture(bytes, spec, { preprocessing });
  expect(dims).toEqual([1, 29, 37]);
  expect(data.length).toBe(29 * 37);
  const colour = inputSpecSchema.parse({ ...spec, channelOrder: 'RGB', mean: [0, 0, 0], std: [1, 1, 1] });
  const three = await preparePicture(
    await sharp(Buffer.from(gray), { raw: { width, height, channels: 1 } })
      .toColourspace('srgb')
      .png()
      .toBuffer(),
    colour,
    { preprocessing: 'exact' },
  );
  for (const [i, value] of data.entries()) {
    expect(Math.abs(value * 2 + 3 - (three.data[i] ?? Number.NaN))).toBeLessThanOrEqual(
      preprocessing === 'fast' ? 3 : 1.01,
    );
  }
});

test('what a letterbox fills up with becomes grey too', async () => {
  const { bytes } = await picture('png');
  const spec = recipe({ rule: 'letterbox', kernel: 'bilinear', fill: [255, 0, 0] }, 'NHWC');
  const { data, dims } = await preparePicture(bytes, spec);
  expect(dims).toEqual([29, 37, 1]);
  expect(data.at(-1)).toBeCloseTo((76 - 3) / 2);
});
