import sharp from 'sharp';
import { expect, test, vi } from 'vitest';
import { streamAnswer } from '../../../src/server/api/schemas.ts';
import { startCamera } from '../../video/camera.ts';
import { describeWithClips } from '../../video/ffmpeg.ts';
import { openApp } from '../support.ts';

describeWithClips('/v1/streams', () => {
  test('a camera is looked at, counted, shown and measured', { timeout: 60_000 }, async () => {
    const camera = await startCamera();
    const { send } = await openApp({ streams: { door: { url: camera.url, fps: 5 } } });
    const view = async () => streamAnswer.parse(await (await send('/v1/streams/door')).json());
    await vi.waitFor(async () => expect((await view()).frames).toBeGreaterThan(3), {
      timeout: 40_000,
      interval: 200,
    });
    const text = await (await send('/v1/streams')).text();
    expect(text).not.toContain('secret');
    expect(await view()).toMatchObject({ name: 'door', state: 'live', width: 640, height: 480 });
    expect((await view()).unique).toMatchObject({ person: 1, dog: 1 });

    const snapshot = await send('/v1/streams/door/snapshot');
    expect(snapshot.headers.get('content-type')).toBe('image/jpeg');
    const { width, height } = await sharp(Buffer.from(await snapshot.arrayBuffer())).metadata();
    expect([width, height]).toEqual([640, 480]);

    const metrics = await (await send('/metrics')).text();
    expect(metrics).toContain('pictor_stream_up{stream="door"} 1');
    expect(metrics).toContain('pictor_stream_objects_total{stream="door",label="person"} 1');
    // Ten, one after another: each gives its place back when its reader leaves.
    for (let viewer = 0; viewer < 10; viewer++) {
      const preview = await send('/v1/streams/door/preview');
      expect(preview.headers.get('content-type')).toMatch(/^multipart\/x-mixed-replace/);
      const reader = preview.body?.getReader();
      const part = Buffer.from((await reader?.read())?.value ?? []);
      expect(part.toString('latin1', 0, 40)).toMatch(/^--pictor-frame\r\nContent-Type: image\/jpeg/);
      const jpeg = part.subarray(part.indexOf('\r\n\r\n') + 4, -2);
      expect((await sharp(jpeg).metadata()).width).toBe(640);
      await reader?.cancel();
    }
    const eight = await Promise.all(
      Array.from({ length: 9 }, async () => (await send('/v1/streams/door/preview')).status),
    );
    expect(eight.toSorted((a, b) => a - b).at(-1)).toBeGreaterThanOrEqual(429);
    expect(eight.filter((status) => status === 200)).toHaveLength(8);
    expect((await send('/v1/streams/window')).status).toBe(404);
  });

  test('a camera that is not there is said, not waited for', { timeout: 40_000 }, async () => {
    const { send } = await openApp({ streams: { gone: { url: 'http://127.0.0.1:9/x' } } });
    await vi.waitFor(
      async () => {
        const view = streamAnswer.parse(await (await send('/v1/streams/gone')).json());
        expect(view).toMatchObject({ state: 'failed', frames: 0 });
        expect(view.problem).toMatch(/^VIDEO_/);
      },
      { timeout: 30_000, interval: 200 },
    );
    expect((await send('/v1/streams/gone/snapshot')).status).toBe(502);
  });
});
