import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import sharp from 'sharp';
import { expect, it, onTestFinished } from 'vitest';
import { createEngine } from '../../src/engine/engine.ts';
import type { EngineOptions } from '../../src/engine/types.ts';
import { IN_PROCESS } from '../../src/server/models/in-process-pixels.ts';
import { writeSmallModel } from '../support/small-models.ts';

const flat = (width: number, height: number) =>
  sharp({ create: { width, height, channels: 3, background: '#345678' } });

async function open(options: EngineOptions = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'pictor-pixels-'));
  const engine = createEngine({ workers: 1, ...options });
  onTestFinished(async () => {
    await engine.close();
    await rm(folder, { recursive: true, force: true });
  });
  const session = await engine.open(await writeSmallModel(folder, 'colours'));
  const { pixels } = engine;
  if (pixels === undefined) throw new Error('an engine has pixels');
  return { engine, session, pixels };
}

it('whole pictures are worked on in another process, with the same result', async () => {
  const { pixels } = await open();
  const bytes = await flat(300, 200).jpeg().toBuffer();
  const box = { box: { x: 20, y: 30, width: 100, height: 90 }, label: 'dog' };
  expect(await pixels.imageProperties(bytes)).toEqual(await IN_PROCESS.imageProperties(bytes));
  expect(await pixels.cropHints(bytes, [1, 2])).toEqual(await IN_PROCESS.cropHints(bytes, [1, 2]));
  expect(Buffer.from(await pixels.annotate(bytes, [box]))).toEqual(
    Buffer.from(await IN_PROCESS.annotate(bytes, [box])),
  );
  await expect(pixels.imageProperties(bytes.subarray(0, 200))).rejects.toMatchObject({
    code: 'IMAGE_CORRUPT',
  });
});

it('drawing into twelve megapixels leaves the calling thread free', async () => {
  const { pixels } = await open();
  const bytes = await flat(4000, 3000).jpeg().toBuffer();
  await pixels.imageProperties(await flat(30, 20).jpeg().toBuffer());
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  await pixels.annotate(bytes, [{ box: { x: 20, y: 30, width: 1000, height: 900 }, label: 'dog' }]);
  delay.disable();
  // Decoding on this thread held it for 350 ms. The bound leaves room for a busy machine.
  expect(delay.max / 1e6).toBeLessThan(200);
});

it('work that nobody waits for is ended with its process, and the next picture gets another one', async () => {
  const { pixels } = await open();
  const large = await flat(8000, 6000).png({ progressive: true }).toBuffer();
  const stop = new AbortController();
  const work = pixels.imageProperties(large, { signal: stop.signal });
  setTimeout(() => stop.abort(), 300);
  await expect(work).rejects.toMatchObject({ code: 'ABORTED' });
  const small = await flat(30, 20).jpeg().toBuffer();
  expect((await pixels.imageProperties(small)).dominantColors).toHaveLength(1);
});

it('a picture whose decode is late is refused, its worker replaced, and others are answered', async () => {
  const { engine, session } = await open();
  const large = await flat(7000, 7000).webp({ lossless: true, effort: 0 }).toBuffer();
  const [before] = engine.stats().workers.pids;
  await expect(session.infer(large, { limits: { timeoutMs: 20 } })).rejects.toMatchObject({
    code: 'IMAGE_DECODE_TIMEOUT',
  });
  const answer = await session.infer(await flat(64, 48).jpeg().toBuffer());
  expect(answer.picture.width).toBe(64);
  const [after] = engine.stats().workers.pids;
  expect(after).not.toBe(before);
});

it('pictures wait for memory, and one that can never have it is refused before anything is decoded', async () => {
  const MIB = 1024 * 1024;
  const { session } = await open({ pictureMemory: 80 * MIB, prefetch: 8 });
  const avif = await flat(2400, 2000).avif({ effort: 0 }).toBuffer();
  await expect(session.infer(avif)).rejects.toMatchObject({ code: 'IMAGE_TOO_MANY_PIXELS' });
  const webp = await flat(2000, 1500).webp({ effort: 0 }).toBuffer();
  // Each takes 54 MB: one after the other they fit.
  const answers = await Promise.all(
    Array.from({ length: 5 }, (_, i) => session.infer(Buffer.from(webp), { client: `${i}` })),
  );
  expect(answers).toHaveLength(5);
});

it('a worker ends with a program that was killed, whatever it is doing', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'pictor-orphan-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const model = await writeSmallModel(folder, 'colours');
  const large = join(folder, 'large.webp');
  await writeFile(large, await flat(7000, 7000).webp({ lossless: true, effort: 0 }).toBuffer());
  const engine = new URL('../../src/engine/engine.ts', import.meta.url).href;
  const program = `
    const { readFileSync } = await import('node:fs');
    const { createEngine } = await import(${JSON.stringify(engine)});
    const engine = createEngine({ workers: 1 });
    const session = await engine.open(${JSON.stringify(model)});
    console.log(engine.stats().workers.pids[0]);
    for (;;) await session.infer(readFileSync(${JSON.stringify(large)}));`;
  const parent = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', program]);
  const [line] = await once(parent.stdout, 'data');
  const pid = Number(String(line));
  const isAlive = () => {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  };
  expect(isAlive()).toBe(true);
  await new Promise((resolve) => setTimeout(resolve, 200));
  parent.kill('SIGKILL');
  const started = Date.now();
  while (isAlive() && Date.now() - started < 5_000) await new Promise((resolve) => setTimeout(resolve, 20));
  expect(isAlive()).toBe(false);
});
