import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { decodeCost } from '../../src/image/cost.ts';
import { decodePicture } from '../../src/image/decode.ts';
import { inspectHeader, inspectPicture } from '../../src/image/inspect.ts';

const flat = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: '#345678' } });

const codeOf = (bytes: Uint8Array) =>
  inspectPicture(bytes).then(
    () => 'fine',
    (error: { code?: string }) => error.code ?? 'not an error of ours',
  );

/** Inserts the last scan of a progressive JPEG again and again. */
async function manyScans(count: number): Promise<Buffer> {
  const bytes = await flat(64, 64).jpeg({ progressive: true }).toBuffer();
  const last = bytes.lastIndexOf(Buffer.from([0xff, 0xda]));
  const scan = bytes.subarray(last, bytes.length - 2);
  return Buffer.concat([bytes.subarray(0, last), ...Array(count).fill(scan), bytes.subarray(-2)]);
}

/** A JPEG that says it is larger than it is. */
async function claiming(width: number, height: number, progressive: boolean): Promise<Buffer> {
  const bytes = await flat(64, 64).jpeg({ progressive }).toBuffer();
  const frame = bytes.indexOf(Buffer.from([0xff, progressive ? 0xc2 : 0xc0]));
  bytes.writeUInt16BE(height, frame + 5);
  bytes.writeUInt16BE(width, frame + 7);
  return bytes;
}

function gif(frames: number): Buffer {
  const head = Buffer.from('4749463839610100010080000000000000ffffff', 'hex').subarray(0, 19);
  const frame = Buffer.from('2c000000000100010000020144003b', 'hex').subarray(0, 14);
  return Buffer.concat([head, ...Array(frames).fill(frame), Buffer.from([0x3b])]);
}

/** Directories that each lead to the next one, the last one back to the first. */
function tiff(directories: number): Buffer {
  const bytes = Buffer.alloc(8 + directories * 30);
  bytes.write('II*\0', 'latin1');
  bytes.writeUInt32LE(8, 4);
  for (let i = 0; i < directories; i++) {
    const at = 8 + i * 30;
    bytes.writeUInt16LE(2, at);
    for (const [k, tag] of [256, 257].entries()) {
      bytes.writeUInt16LE(tag, at + 2 + k * 12);
      bytes.writeUInt16LE(3, at + 4 + k * 12);
      bytes.writeUInt32LE(1, at + 6 + k * 12);
      bytes.writeUInt16LE(10, at + 10 + k * 12);
    }
    bytes.writeUInt32LE(i + 1 < directories ? at + 30 : 8, at + 26);
  }
  return bytes;
}

function pngChunks(count: number, png: Buffer): Buffer {
  const chunk = Buffer.concat([Buffer.from([0, 0, 0, 0]), Buffer.from('tEXt'), Buffer.alloc(4)]);
  return Buffer.concat([png.subarray(0, 33), ...Array(count).fill(chunk), png.subarray(33)]);
}

describe('the head of a picture', () => {
  it('bounds scans, segments, frames, directories and chunks', async () => {
    expect(await codeOf(await manyScans(12))).toBe('fine');
    expect(await codeOf(await manyScans(1000))).toBe('IMAGE_TOO_COMPLEX');
    const jpeg = await flat(64, 64).jpeg().toBuffer();
    const comment = Buffer.from([0xff, 0xfe, 0, 2]);
    const segments = Buffer.concat([jpeg.subarray(0, 2), ...Array(200_000).fill(comment), jpeg.subarray(2)]);
    expect(await codeOf(segments)).toBe('IMAGE_TOO_COMPLEX');
    expect(await codeOf(gif(300))).toBe('fine');
    expect(await codeOf(gif(20_000))).toBe('IMAGE_TOO_COMPLEX');
    expect(await codeOf(tiff(1000))).toBe('IMAGE_TOO_COMPLEX');
    expect(await codeOf(tiff(1))).toBe('IMAGE_TOO_COMPLEX');
    const png = await flat(64, 64).png().toBuffer();
    expect(await codeOf(pngChunks(20, png))).toBe('fine');
    expect(await codeOf(pngChunks(100_000, png))).toBe('IMAGE_TOO_COMPLEX');
  });

  it('is no picture without data for its blocks', async () => {
    for (const progressive of [false, true]) {
      const bytes = await claiming(8000, 6000, progressive);
      expect(await codeOf(bytes)).toBe('IMAGE_CORRUPT');
      // Bytes after the end of the picture are none of its data.
      expect(await codeOf(Buffer.concat([bytes, Buffer.alloc(500_000)]))).toBe('IMAGE_CORRUPT');
      expect(await codeOf(await flat(8000, 6000).jpeg({ progressive }).toBuffer())).toBe('fine');
    }
  });

  it('is read as sharp reads it', async () => {
    const tall = flat(60, 40).withMetadata({ orientation: 6 });
    const files = [
      await flat(61, 43).gif().toBuffer(),
      await flat(61, 43).tiff({ bigtiff: true }).toBuffer(),
      await tall.clone().tiff().toBuffer(),
      await tall.clone().tiff({ tile: true, tileWidth: 64, tileHeight: 64 }).toBuffer(),
      await flat(61, 43).avif({ effort: 0 }).toBuffer(),
      await tall.clone().avif({ effort: 0 }).toBuffer(),
      await flat(61, 43).ensureAlpha(0.5).avif({ effort: 0 }).toBuffer(),
      await tall.clone().webp({ lossless: true }).toBuffer(),
    ];
    for (const bytes of files) {
      const { width, height } = await decodePicture(bytes);
      expect(await inspectPicture(bytes)).toMatchObject({ width, height });
    }
  });

  it('is read in linear time, whatever the bytes are', async () => {
    const seeds = [
      await flat(64, 48).jpeg({ progressive: true }).toBuffer(),
      await flat(64, 48).png().toBuffer(),
      await flat(64, 48).webp().toBuffer(),
      await flat(64, 48).gif().toBuffer(),
      await flat(64, 48).tiff({ compression: 'lzw' }).toBuffer(),
      await flat(64, 48).avif({ effort: 0 }).toBuffer(),
    ];
    const damage = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...seeds), damage, fc.nat(), async (seed, changes, cut) => {
        const bytes = Uint8Array.from(seed.subarray(0, 16 + (cut % seed.length)));
        for (const [at, value] of changes) bytes[at % bytes.length] = value;
        expect(await codeOf(bytes)).toMatch(/^(fine|IMAGE_[A-Z_]+)$/);
      }),
      { numRuns: 2000 },
    );
    // Twenty megabytes that ask for a look at every byte; the check is that it ends at all, and soon.
    const jpeg = await claiming(4000, 4000, true);
    for (const pair of [
      [0xff, 0x00],
      [0xff, 0xff],
      [0xff, 0xd0],
      [0, 0],
    ]) {
      const bytes = Buffer.alloc(20 * 1024 * 1024, Buffer.from(pair));
      jpeg.copy(bytes, 0, 0, jpeg.length - 2);
      const started = performance.now();
      await codeOf(bytes);
      expect(performance.now() - started).toBeLessThan(1500);
    }
  });

  it('tells what decoding costs: small files of many pixels cost much', async () => {
    const cost = async (bytes: Uint8Array, shrink: 1 | 4) => {
      const limits = { maxPixels: 100_000_000 };
      return decodeCost((await inspectHeader(bytes, { limits })).header, shrink) / 1e6;
    };
    const webp = await flat(4000, 3000).webp({ lossless: true, effort: 0 }).toBuffer();
    expect(webp.length).toBeLessThan(50_000);
    expect(await cost(webp, 1)).toBeGreaterThan(100);
    const png = await flat(4000, 3000).png().toBuffer();
    expect(await cost(png, 4)).toBeLessThan(30);
    const jpeg = await flat(4000, 3000).jpeg({ progressive: true }).toBuffer();
    expect(await cost(jpeg, 4)).toBeGreaterThan(36);
  });
});
