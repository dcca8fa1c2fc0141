import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { createEngine } from '../../src/engine/engine.ts';
import { createClassifier } from '../../src/tasks/classify/classify.ts';
import { createDetector } from '../../src/tasks/detect/detect.ts';
import { createModerator } from '../../src/tasks/moderate/moderate.ts';
import { openApp, picture } from '../server/support.ts';
import { type SmallModelName, writeSmallModel } from '../support/small-models.ts';

const engine = createEngine({ workers: 1 });
const folder = await mkdtemp(join(tmpdir(), 'pictor-frames-'));
afterAll(async () => {
  await engine.close();
  await rm(folder, { recursive: true, force: true });
});
const session = async (name: SmallModelName) => engine.open(await writeSmallModel(folder, name));

/** An animation of plain frames; neighbours differ a little, or the encoder would join them. */
async function animation(colours: readonly string[], format: 'gif' | 'webp' = 'gif'): Promise<Buffer> {
  const frames = await Promise.all(
    colours.map((background, index) =>
      sharp({ create: { width: 64, height: 48, channels: 3, background } })
        .composite([
          {
            input: { create: { width: 2, height: 2, channels: 3, background: 'black' } },
            left: index % 62,
            top: 0,
          },
        ])
        .png()
        .toBuffer(),
    ),
  );
  const joined = sharp(frames, { join: { animated: true } });
  return format === 'gif' ? joined.gif().toBuffer() : joined.webp({ lossless: true }).toBuffer();
}

const green = (count: number) => Array.from({ length: count }, () => '#00ff00');

/** A PNG that says that it has frames. */
async function animatedPng(frames: number): Promise<Buffer> {
  const plain = await sharp({ create: { width: 64, height: 48, channels: 3, background: 'lime' } })
    .png()
    .toBuffer();
  const chunk = Buffer.alloc(20);
  chunk.writeUInt32BE(8, 0);
  chunk.write('acTL', 4, 'latin1');
  chunk.writeUInt32BE(frames, 8);
  return Buffer.concat([plain.subarray(0, 33), withChecksum(chunk), plain.subarray(33)]);
}

function withChecksum(chunk: Buffer): Buffer {
  let crc = 0xffffffff;
  for (const byte of chunk.subarray(4, 16)) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  chunk.writeUInt32BE((crc ^ 0xffffffff) >>> 0, 16);
  return chunk;
}

describe('moderate', () => {
  test.each(['gif', 'webp'] as const)('one bad frame of a %s blocks it, and is named', async (format) => {
    const { moderate } = createModerator(await session('safety'));
    const answer = await moderate(await animation([...green(6), '#ff0000', ...green(3)], format));
    expect(answer).toMatchObject({
      verdict: 'block',
      frame: 6,
      picture: { frames: { count: 10, read: 10 } },
    });
  });

  test('a clean animation passes when it was read whole', async () => {
    const { moderate } = createModerator(await session('safety'));
    const bytes = await animation(green(8));
    expect(await moderate(bytes)).toMatchObject({
      verdict: 'pass',
      picture: { frames: { count: 8, read: 8 } },
    });
  });

  test('frames that stayed unread ask for a look', async () => {
    const { moderate } = createModerator(await session('safety'));
    const bytes = await animation(green(40));
    const usual = await moderate(bytes);
    expect(usual).toMatchObject({ verdict: 'review', picture: { frames: { count: 40, read: 32 } } });
    expect((await moderate(bytes, { frames: 100 })).verdict).toBe('pass');
  });

  test('of an animated PNG one frame is read, and it says so', async () => {
    const { moderate } = createModerator(await session('safety'));
    const answer = await moderate(await animatedPng(3));
    expect(answer).toMatchObject({ verdict: 'review', picture: { frames: { count: 3, read: 1 } } });
  });

  test('a file that is damaged in a later frame is read up to there', async () => {
    const { moderate } = createModerator(await session('safety'));
    const damaged = Buffer.from(await animation([...green(9), '#ffff00']));
    damaged.fill(0xff, damaged.length - 16, damaged.length - 2);
    const answer = await moderate(damaged);
    expect(answer.verdict).toBe('review');
    expect(answer.picture.frames?.read).toBeLessThan(answer.picture.frames?.count ?? 0);
  });

  test('a picture that stands still has no frames', async () => {
    const { moderate } = createModerator(await session('safety'));
    const answer = await moderate(await picture('#00ff00'));
    expect(answer.verdict).toBe('pass');
    expect(answer.picture).not.toHaveProperty('frames');
    expect(answer).not.toHaveProperty('frame');
  });
});

test('classify averages over the frames that are asked for', async () => {
  const { classify } = createClassifier(await session('colours'));
  const bytes = await animation(['#ff0000', '#0000ff', '#0000ff', '#0000ff']);
  const first = await classify(bytes);
  expect(first.predictions[0]?.label).toBe('red');
  expect(first.picture.frames).toEqual({ count: 4, read: 1 });
  const all = await classify(bytes, { frames: 4 });
  expect(all.predictions[0]?.label).toBe('blue');
  expect(all.predictions[0]?.score).toBeCloseTo(0.75, 1);
  const two = await classify(bytes, { frames: 2 });
  expect(two.picture.frames).toEqual({ count: 4, read: 2 });
});

test('detections say their frame', async () => {
  const { detect } = createDetector(await session('halves'));
  const { detections } = await detect(await animation(green(3)), { frames: 3 });
  expect(detections.map(({ label, frame }) => [label, frame])).toEqual([
    ['person', 0],
    ['person', 1],
    ['person', 2],
    ['dog', 0],
    ['dog', 1],
    ['dog', 2],
  ]);
});

test.each([0, 1.5, 1001])('frames %s is refused', async (frames) => {
  const { classify } = createClassifier(await session('colours'));
  await expect(classify(await animation(green(2)), { frames })).rejects.toMatchObject({
    code: 'OPTION_INVALID',
  });
});

test('over HTTP: frames as a query parameter, the counts in the answer', async () => {
  const { send } = await openApp();
  const ask = async (path: string) => {
    const body = new Uint8Array(await animation([...green(3), '#ff0000']));
    const answer = await send(path, { method: 'POST', headers: { 'content-type': 'image/gif' }, body });
    return { status: answer.status, body: z.looseObject({}).parse(await answer.json()) };
  };
  expect(await ask('/v1/moderate')).toMatchObject({
    status: 200,
    body: { verdict: 'block', frame: 3, picture: { frames: { count: 4, read: 4 } } },
  });
  expect((await ask('/v1/moderate?frames=1')).body).toMatchObject({ verdict: 'review', frame: 0 });
  expect((await ask('/v1/tag?frames=4')).body).toMatchObject({ picture: { frames: { count: 4, read: 4 } } });
  expect((await ask('/v1/detect?frames=2')).body).toMatchObject({
    detections: [{ frame: 0 }, { frame: 3 }, { frame: 0 }, { frame: 3 }],
  });
  expect((await ask('/v1/moderate?frames=0')).status).toBe(400);
});
