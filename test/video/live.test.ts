import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { openVideo } from '../../src/video/open-video.ts';
import { Newest } from '../../src/video/sources/newest.ts';
import { startCamera } from './camera.ts';
import { describeWithClips, runningFfmpegs } from './ffmpeg.ts';

const live = { live: true, backOff: 0.05 };

test('the newest is kept, what it replaced is counted', async () => {
  const newest = new Newest<number>();
  for (const item of [1, 2, 3]) newest.put(item);
  expect(await newest.take()).toBe(3);
  expect(newest.dropped).toBe(2);
  const later = newest.take();
  newest.put(4);
  expect(await later).toBe(4);
  newest.end();
  expect(await newest.take()).toBeUndefined();
});

describeWithClips('cameras', () => {
  test('a slow reader gets the newest frame, and the drops are counted', { timeout: 60_000 }, async () => {
    const camera = await startCamera();
    await using source = await openVideo(camera.url, live);
    expect(source.info).toMatchObject({ live: true, width: 640, height: 480 });
    expect(source.info.name).not.toMatch(/secret/);
    let frames = 0;
    let started = 0;
    let worst = 0;
    for await (const { time } of source.frames()) {
      frames += 1;
      // Past the first second, in which ffmpeg catches up with what it buffered while it looked at the stream.
      if (frames === 6) started = performance.now() - time * 1000;
      if (frames > 6) worst = Math.max(worst, performance.now() - started - time * 1000);
      if (frames === 20) break;
      await wait(200);
    }
    const { decoded, delivered, dropped } = source.state;
    expect(delivered).toBe(20);
    expect(dropped).toBeGreaterThan(20);
    expect(decoded - delivered - dropped).toBeLessThanOrEqual(1);
    // Two frames of a reader that takes 200 ms, and what a busy machine adds.
    expect(worst).toBeLessThan(1000);
  });

  test('a cut connection and a killed ffmpeg are made good; time goes on', { timeout: 60_000 }, async () => {
    const camera = await startCamera();
    await using source = await openVideo(camera.url, live);
    const times: number[] = [];
    let troubles = 0;
    for await (const { time } of source.frames()) {
      times.push(time);
      if (source.state.reconnects < troubles) continue;
      if (troubles === 4) break;
      troubles += 1;
      if (troubles % 2 === 1) camera.cut();
      else for (const pid of decoders()) process.kill(pid, 'SIGKILL');
    }
    expect(source.state.reconnects).toBeGreaterThanOrEqual(4);
    expect(source.state.incomplete).toMatch(/connection was lost \d+ times/);
    expect(times.toSorted((a, b) => a - b)).toEqual(times);
    await camera.close();
    await expect.poll(runningFfmpegs, { timeout: 5000 }).toEqual([]);
  });

  test('a camera that falls silent is connected to again', { timeout: 60_000 }, async () => {
    const camera = await startCamera();
    await using source = await openVideo(camera.url, { ...live, silence: 1 });
    let frames = 0;
    const before = camera.connections;
    for await (const _ of source.frames()) {
      frames += 1;
      if (frames === 5) camera.mute();
      if (frames > 5 && camera.connections > before + 1) break;
    }
    expect(source.state.reconnects).toBeGreaterThanOrEqual(1);
  });

  test('a camera that is gone for good is given up in one sentence', { timeout: 60_000 }, async () => {
    const camera = await startCamera();
    const source = await openVideo(camera.url, { ...live, giveUpAfter: 1 });
    const reading = (async () => {
      for await (const _ of source.frames()) if (camera.connections > 0) void camera.close();
    })();
    await expect(reading).rejects.toMatchObject({
      code: 'VIDEO_SOURCE_LOST',
      message: expect.stringMatching(/a frame of .* within 1 s, received .*refused/),
    });
  });

  test('aborting ends it at once', { timeout: 60_000 }, async () => {
    const camera = await startCamera();
    const controller = new AbortController();
    const source = await openVideo(camera.url, live);
    const reading = (async () => {
      for await (const _ of source.frames(controller.signal)) controller.abort();
    })();
    await expect(reading).rejects.toMatchObject({ code: 'ABORTED' });
  });

  test('nobody at the address', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    onTestFinished(() => void server.close());
    await expect(openVideo(`rtsp://admin:secret@127.0.0.1:${port}/1`)).rejects.toMatchObject({
      code: 'VIDEO_SOURCE_LOST',
      message: expect.stringMatching(/a camera at rtsp:\/\/127\.0\.0\.1:\d+\/1, received Connection refused/),
    });
  });
});

/** The ffmpegs that decode; the camera's own are children, too. */
function decoders(): number[] {
  return runningFfmpegs().filter((pid) => commandOf(pid).includes('image2pipe'));
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}
