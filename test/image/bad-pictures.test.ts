import { crc32, deflateSync } from 'node:zlib';
import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { isPictorError } from '../../src/errors.ts';
import { decodePicture } from '../../src/image/decode.ts';
import { inspectPicture } from '../../src/image/inspect.ts';
import type { DecoderName } from '../../src/image/types.ts';
import { asSharp, testPixels } from './pictures.ts';

const BOTH: readonly DecoderName[] = ['sharp', 'wasm'];
const plain = () => asSharp(testPixels(200, 150));

function chunk(type: string, data: Uint8Array): Buffer {
  const bytes = Buffer.alloc(12 + data.length);
  bytes.writeUInt32BE(data.length);
  bytes.write(type, 4);
  bytes.set(data, 8);
  bytes.writeUInt32BE(crc32(bytes.subarray(4, 8 + data.length)), 8 + data.length);
  return bytes;
}

/** A PNG of one grey level whose pixels, `rows` of them, compress to next to nothing. */
function greyPng(width: number, height: number, rows = height): Buffer {
  const size = Buffer.alloc(13);
  size.writeUInt32BE(width, 0);
  size.writeUInt32BE(height, 4);
  size.writeUInt8(8, 8);
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', size),
    chunk('IDAT', deflateSync(Buffer.alloc((width + 1) * rows))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

describe('decodePicture refuses', () => {
  it('nothing', () => expect(decodePicture(new Uint8Array())).rejects.toMatchObject({ code: 'IMAGE_EMPTY' }));

  it.each(['just a text file named photo.jpg', 'BM is how this sentence begins, and on it goes', '<svg/>'])(
    'the text %j',
    (text) =>
      expect(decodePicture(Buffer.from(text))).rejects.toMatchObject({ code: 'IMAGE_FORMAT_UNSUPPORTED' }),
  );

  it('more bytes than allowed', () =>
    expect(decodePicture(new Uint8Array(11), { limits: { maxBytes: 10 } })).rejects.toMatchObject({
      code: 'IMAGE_TOO_LARGE',
    }));

  it('a picture with sides shorter than allowed', async () => {
    const bytes = await plain().resize(1, 1).png().toBuffer();
    expect(await decodePicture(bytes)).toMatchObject({ width: 1, height: 1 });
    await expect(decodePicture(bytes, { limits: { minSide: 2 } })).rejects.toMatchObject({
      code: 'IMAGE_TOO_SMALL',
    });
  });

  it('a PNG of 30000 by 30000 pixels by its head alone', async () => {
    const head = greyPng(30_000, 30_000, 0);
    await expect(inspectPicture(head)).rejects.toMatchObject({ code: 'IMAGE_TOO_MANY_PIXELS' });
    await expect(decodePicture(head)).rejects.toMatchObject({ code: 'IMAGE_TOO_MANY_PIXELS' });
  });

  it.each(['jpeg', 'webp', 'gif', 'tiff', 'avif'] as const)('too many pixels of a %s', async (format) => {
    const bytes = await plain().toFormat(format).toBuffer();
    await expect(decodePicture(bytes, { limits: { maxPixels: 29_999 } })).rejects.toMatchObject({
      code: 'IMAGE_TOO_MANY_PIXELS',
    });
  });

  it.each(BOTH)('a PNG with more pixels than it says, by %s, without unpacking them all', async (decoder) => {
    const bomb = greyPng(100, 100, 500_000);
    const before = process.memoryUsage().rss;
    await decodePicture(bomb, { decoders: [decoder] }).catch((error: unknown) => {
      expect(error).toMatchObject({ code: 'IMAGE_CORRUPT' });
    });
    expect(process.memoryUsage().rss - before).toBeLessThan(40 * 1024 * 1024);
  });

  describe.each(BOTH)('by %s', (decoder) => {
    it.each(['baseline', 'progressive'])('a truncated JPEG, %s', async (kind) => {
      const bytes = await plain()
        .jpeg({ progressive: kind === 'progressive' })
        .toBuffer();
      for (const share of [0.3, 0.6, 0.95]) {
        const part = bytes.subarray(0, Math.floor(bytes.length * share));
        await expect(decodePicture(part, { decoders: [decoder] })).rejects.toMatchObject({
          code: 'IMAGE_CORRUPT',
        });
      }
    });

    it.each(['png', 'webp'] as const)('a truncated %s', async (format) => {
      const bytes = await plain().toFormat(format).toBuffer();
      const part = bytes.subarray(0, Math.floor(bytes.length / 2));
      await expect(decodePicture(part, { decoders: [decoder] })).rejects.toMatchObject({
        code: 'IMAGE_CORRUPT',
      });
    });

    it('damaged pictures with an error of its own, never anything else', async () => {
      const pictures = [
        await plain().jpeg().toBuffer(),
        await plain().jpeg({ progressive: true }).toBuffer(),
        await plain().png().toBuffer(),
        await plain().webp().toBuffer(),
      ];
      const damage = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), {
        minLength: 1,
        maxLength: 6,
      });
      await fc.assert(
        fc.asyncProperty(fc.constantFrom(...pictures), damage, async (picture, changes) => {
          const bytes = Buffer.from(picture);
          for (const [at, value] of changes) bytes[at % bytes.length] = value;
          const outcome: unknown = await decodePicture(bytes, { decoders: [decoder] }).catch(
            (error: unknown) => error,
          );
          if (outcome instanceof Error) expect(isPictorError(outcome) && outcome.code).toMatch(/^IMAGE_/);
        }),
        { numRuns: 150 },
      );
    });
  });

  it('what needs sharp where sharp is not to be used', async () => {
    const bytes = await plain().tiff().toBuffer();
    await expect(decodePicture(bytes, { decoders: ['wasm'] })).rejects.toMatchObject({
      code: 'IMAGE_FORMAT_UNSUPPORTED',
    });
    const cmyk = await plain().toColourspace('cmyk').jpeg().toBuffer();
    await expect(decodePicture(cmyk, { decoders: ['wasm'] })).rejects.toMatchObject({
      code: 'IMAGE_FORMAT_UNSUPPORTED',
    });
  });

  it('to go on once the signal has fired, and beyond its time', async () => {
    const bytes = await sharp(testPixels(2000, 2000).data, {
      raw: { width: 2000, height: 2000, channels: 3 },
    })
      .webp({ lossless: true, effort: 0 })
      .toBuffer();
    await expect(decodePicture(bytes, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'ABORTED',
    });
    const controller = new AbortController();
    const decoding = decodePicture(bytes, { signal: controller.signal });
    setImmediate(() => controller.abort());
    await expect(decoding).rejects.toMatchObject({ code: 'ABORTED' });
    await expect(decodePicture(bytes, { limits: { timeoutMs: 1 } })).rejects.toMatchObject({
      code: 'IMAGE_DECODE_TIMEOUT',
    });
  });
});
