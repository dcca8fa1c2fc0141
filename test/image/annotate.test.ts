import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { decodePicture } from '../../src/image/decode.ts';
import { annotate } from '../../src/image/draw/annotate.ts';
import { colorsOf } from '../../src/image/draw/colors.ts';
import { drawText, showable } from '../../src/image/draw/label-image.ts';
import { inspectPicture } from '../../src/image/inspect.ts';
import type { Pixels } from '../../src/image/types.ts';
import { asSharp, testPixels } from './pictures.ts';

const BOX = { x: 60, y: 50, width: 100, height: 80 };
const uniform = (level: number) => ({
  ...testPixels(240, 180),
  data: new Uint8Array(240 * 180 * 3).fill(level),
});
const encode = (pixels: Pixels) => asSharp(pixels).png().toBuffer();

function at({ width, data }: Pixels, x: number, y: number): number[] {
  return Array.from(data.subarray((y * width + x) * 3, (y * width + x) * 3 + 3));
}

function rgb(hex: string): number[] {
  return [1, 3, 5].map((from) => Number.parseInt(hex.slice(from, from + 2), 16));
}

describe('annotate', () => {
  it.each(['jpeg', 'png', 'webp'] as const)('gives a %s of the same size', async (format) => {
    const marked = await annotate(await encode(testPixels(240, 180)), [{ box: BOX, label: 'cat' }], {
      format,
    });
    expect(await inspectPicture(marked)).toMatchObject({ format, width: 240, height: 180 });
  });

  it('gives a JPEG unless told otherwise, and leaves the rest of the picture alone', async () => {
    const pixels = testPixels(240, 180);
    expect(await inspectPicture(await annotate(await encode(pixels), []))).toMatchObject({ format: 'jpeg' });
    const marked = await decodePicture(
      await annotate(await encode(pixels), [{ box: BOX }], { format: 'png' }),
    );
    for (const [x, y] of [
      [5, 5],
      [110, 90],
      [230, 170],
    ] as const)
      expect(at(marked, x, y)).toEqual(at(pixels, x, y));
  });

  it.each([0, 128, 255])('draws a line that stands out from level %i', async (level) => {
    const bytes = await annotate(await encode(uniform(level)), [{ box: BOX, group: 4 }], { format: 'png' });
    const marked = await decodePicture(bytes);
    const column = Array.from({ length: 8 }, (_, i) => at(marked, BOX.x - 4 + i, BOX.y + 40));
    const color = rgb(colorsOf(4).box);
    expect(column).toContainEqual(color);
    const farthest = Math.max(
      ...column.map((pixel) => Math.max(...pixel.map((value) => Math.abs(value - level)))),
    );
    expect(farthest).toBeGreaterThan(100);
  });

  it.each(['system', 'built-in'] as const)(
    'writes the label with %s fonts in a contrasting colour',
    async (fonts) => {
      const options = { format: 'png', fonts } as const;
      const bytes = await annotate(
        await encode(uniform(90)),
        [{ box: BOX, label: 'HELLO', group: 2 }],
        options,
      );
      const marked = await decodePicture(bytes);
      const { box, text } = colorsOf(2);
      // The plate lies above the box; in it there is the plate's colour, and the text's.
      const seen = new Set<string>();
      for (let y = BOX.y - 20; y < BOX.y; y++) {
        for (let x = BOX.x; x < BOX.x + 60; x++) seen.add(String(at(marked, x, y)));
      }
      expect(seen).toContain(String(rgb(box)));
      expect(seen).toContain(String(rgb(text)));
    },
  );

  it('cuts boxes off at the border and skips those outside', async () => {
    const boxes = [
      { box: { x: -50, y: -50, width: 1000, height: 1000 }, label: 'everything there is, in many words' },
      { box: { x: 500, y: 10, width: 10, height: 10 }, label: 'outside' },
      { box: { x: 239, y: 179, width: 30, height: 30 }, label: 'corner' },
    ];
    const bytes = await encode(testPixels(240, 180));
    expect(await inspectPicture(await annotate(bytes, boxes))).toMatchObject({ width: 240, height: 180 });
    expect(await annotate(bytes, boxes.slice(1, 2), { format: 'png' })).toEqual(
      await annotate(bytes, [], { format: 'png' }),
    );
  });

  it('works on the smallest pictures', async () => {
    const bytes = await encode(testPixels(3, 2));
    const marked = await annotate(bytes, [
      { box: { x: 0, y: 0, width: 3, height: 2 }, label: 'a long label' },
    ]);
    expect(await inspectPicture(marked)).toMatchObject({ width: 3, height: 2 });
  });

  it('takes labels for text, not for markup', async () => {
    const bytes = await encode(testPixels(240, 180));
    const label = '</text><script>"&amp;" \u0000\n\ud800';
    await expect(annotate(bytes, [{ box: BOX, label }])).resolves.toBeDefined();
  });

  it('draws on the upright picture', async () => {
    const lying = await asSharp(testPixels(180, 240)).withMetadata({ orientation: 6 }).jpeg().toBuffer();
    const marked = await annotate(lying, [{ box: BOX }]);
    expect(await inspectPicture(marked)).toMatchObject({ width: 240, height: 180 });
    expect((await sharp(marked).metadata()).orientation).toBeUndefined();
  });
});

describe('labels', () => {
  const all = { latin: true, chinese: true };
  it('fall back where there is no font for them', () => {
    expect(showable('虎斑猫', 'tabby', all)).toBe('虎斑猫');
    expect(showable('虎斑猫', 'tabby', { latin: true, chinese: false })).toBe('tabby');
    expect(showable('虎斑猫', undefined, { latin: true, chinese: false })).toBe('虎斑猫');
    expect(showable('café', 'cafe', { latin: false, chinese: false })).toBe('cafe');
    expect(showable('cat', 'dog', { latin: false, chinese: false })).toBe('cat');
  });

  it('can be drawn in ASCII without any font', async () => {
    const options = { size: 8, color: '#000000', fonts: { latin: false, chinese: false } };
    const { image, width, height } = await drawText(sharp, 'T.', options);
    const alpha = await sharp(image).extractChannel(3).raw().toBuffer();
    const rows = Array.from({ length: height }, (_, y) =>
      Array.from(alpha.subarray(y * width, (y + 1) * width), (value) => (value > 127 ? '#' : '.')).join(''),
    );
    expect(rows).toEqual([
      '#####......',
      '#.#.#......',
      '..#........',
      '..#........',
      '..#........',
      '..#.....##.',
      '..#.....##.',
      '...........',
    ]);
  });

  it('are told apart from boxes with numbers by looking at what fonts draw', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'pictor-fonts-'));
    try {
      const config = join(folder, 'fonts.conf');
      await writeFile(config, '<?xml version="1.0"?><fontconfig></fontconfig>');
      const module = new URL('../../src/image/draw/label-image.ts', import.meta.url).href;
      const script = `
        const { default: sharp } = await import('sharp');
        const { systemFonts } = await import(${JSON.stringify(module)});
        console.log(JSON.stringify(await systemFonts(sharp)));`;
      const { stdout } = await promisify(execFile)(
        process.execPath,
        ['--import', 'tsx', '--input-type=module', '--eval', script],
        { env: { ...process.env, FONTCONFIG_FILE: config } },
      );
      expect(JSON.parse(stdout)).toEqual({ latin: false, chinese: false });
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
