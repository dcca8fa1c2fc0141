import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import fc from 'fast-check';
import sharp from 'sharp';
import { describe, expect, test, vi } from 'vitest';
import type * as z from 'zod';
import { framesAnswer, jobAnswer } from '../../../src/server/api/schemas.ts';
import { framesByTime } from '../../../src/server/jobs/video/frames-by-time.ts';
import { playlistOf } from '../../../src/server/jobs/video/playlist.ts';
import { dataPath } from '../../support/data.ts';
import { describeWithClips, ffmpeg, scratch } from '../../video/ffmpeg.ts';
import { openApp } from '../support.ts';

type Frames = z.output<typeof framesAnswer>;

async function runJob(query: string, clip: string) {
  const path = scratch();
  const { send } = await openApp({ jobs: { folder: path('jobs') } });
  const posted = await send(`/v1/video${query}`, {
    method: 'POST',
    headers: { 'content-type': 'video/mp4' },
    body: new Uint8Array(await readFile(clip)),
  });
  const { id } = jobAnswer.parse(await posted.json());
  const view = async () => jobAnswer.parse(await (await send(`/v1/jobs/${id}`)).json());
  await vi.waitFor(async () => expect((await view()).state).toMatch(/done|failed/), {
    timeout: 90_000,
    interval: 100,
  });
  const get = (rest: string, init?: RequestInit) => send(`/v1/jobs/${id}/${rest}`, init);
  const frames = async (options: string): Promise<Frames> =>
    framesAnswer.parse(await (await get(`frames?${options}`)).json());
  return { job: await view(), get, frames, path };
}

/** Seconds and frames of the picture, as a player sees them. */
async function played(path: string): Promise<{ frames: number; last: number }> {
  const { stdout } = await promisify(execFile)('ffprobe', [
    ...['-v', 'error', '-allowed_extensions', 'ALL', '-select_streams', 'v:0'],
    ...['-show_entries', 'packet=pts_time', '-of', 'csv=p=0', path],
  ]);
  const times = stdout
    .trim()
    .split(/[\s,]+/)
    .map(Number);
  return { frames: times.length, last: Math.max(...times) };
}

describe('frames by time', () => {
  test('from any moment, page by page, the same frames as from the whole file', async () => {
    const path = scratch()('frames.jsonl');
    const all = Array.from({ length: 6000 }, (_, frame) => ({
      frame,
      time: Number((frame * 0.04 + (frame % 3) * 0.001).toFixed(6)),
      objects: frame % 7 === 0 ? [{ label: 'x'.repeat(1 + (frame % 90)), score: 1 }] : [],
    }));
    // The last line is still being written.
    await writeFile(path, `${all.map((frame) => JSON.stringify(frame)).join('\n')}\n{"frame":6000,"ti`);
    await fc.assert(
      fc.asyncProperty(
        fc.double({ min: 0, max: 250, noNaN: true }),
        fc.double({ min: 0, max: 30, noNaN: true }),
        fc.integer({ min: 1, max: 200 }),
        fc.boolean(),
        async (from, length, limit, found) => {
          const to = from + length;
          const wanted = all.filter(
            ({ time, objects }) => time >= from && time < to && (!found || objects.length > 0),
          );
          const got: unknown[] = [];
          let next: number | undefined = from;
          while (next !== undefined) {
            const page: Awaited<ReturnType<typeof framesByTime>> = await framesByTime(path, {
              from: next,
              to,
              limit,
              found,
            });
            expect(page.lines.length).toBeLessThanOrEqual(limit);
            got.push(...page.lines.map((line) => JSON.parse(line)));
            next = page.next;
          }
          expect(got).toEqual(wanted);
        },
      ),
      { numRuns: 60 },
    );
  });
});

describeWithClips('what a page shows of a video job', () => {
  test('boxes by time, pictures, seconds, the original, and an annotated video that seeks', {
    timeout: 180_000,
  }, async () => {
    const clip = dataPath('video', 'clips', 'walk.mkv');
    const { job, get, frames, path } = await runJob('?fps=5&annotate=true', clip);
    expect(job.error).toBeUndefined();
    expect(job.files.map(({ name }) => name).sort()).toEqual([
      'annotated.mp4',
      'boxes.jsonl',
      'original.mp4',
      'report.html',
      'seconds.jsonl',
      'thumbnails.jsonl',
      'thumbnails.mjpeg',
    ]);
    const whole = await frames('');
    expect(whole).toMatchObject({ next: null, complete: true });
    expect(whole.frames).toHaveLength(15);
    const second = await frames('from=1&to=2');
    expect(second.frames).toEqual(whole.frames.filter(({ time }) => time >= 1 && time < 2));
    const first = await frames('limit=1');
    expect(first.next).toBe(whole.frames[1]?.time);
    expect((await frames('found=true')).frames).toEqual(
      whole.frames.filter(({ objects }) => objects && objects.length > 0),
    );
    expect((await get('frames?from=-1')).status).toBe(400);

    const picture = await get('thumbnail?time=1.5');
    expect(Number(picture.headers.get('x-pictor-time'))).toBeGreaterThanOrEqual(1);
    const { format, width } = await sharp(Buffer.from(await picture.arrayBuffer())).metadata();
    expect({ format, width }).toEqual({ format: 'jpeg', width: 240 });
    expect((await get('thumbnail?object=99999')).status).toBe(404);

    const seconds = (await (await get('files/seconds.jsonl')).text()).trim().split('\n');
    expect(seconds.map((line) => JSON.parse(line).interval)).toEqual([0, 1, 2]);
    const original = Buffer.from(await (await get('files/original.mp4')).arrayBuffer());
    expect(original.equals(await readFile(clip))).toBe(true);

    const playlist = await get('playlist.m3u8');
    expect(playlist.headers.get('content-type')).toBe('application/vnd.apple.mpegurl');
    await mkdir(path('files'));
    await writeFile(
      path('files', 'annotated.mp4'),
      Buffer.from(await (await get('files/annotated.mp4')).arrayBuffer()),
    );
    await writeFile(path('list.m3u8'), await playlist.text());
    expect(await played(path('list.m3u8'))).toEqual(await played(path('files', 'annotated.mp4')));
    expect((await played(path('list.m3u8'))).frames).toBe(89);
  });

  test('an object has a picture; a moderated video has frames with verdicts', {
    timeout: 120_000,
  }, async () => {
    const clip = dataPath('video', 'clips', 'people-detection.gif');
    const found = await runJob('?fps=5', clip);
    const [object] = (await found.frames('found=true')).frames[0]?.objects ?? [];
    const picture = await found.get(`thumbnail?object=${object?.id}`);
    const { width, height } = await sharp(Buffer.from(await picture.arrayBuffer())).metadata();
    expect([width, height]).toEqual([96, 96]);
    expect((await found.get('playlist.m3u8')).status).toBe(404);
    const moderated = await runJob('?task=moderate', clip);
    const { frames, complete } = await moderated.frames('');
    expect(complete).toBe(true);
    expect(frames.length).toBeGreaterThan(0);
    for (const { verdict } of frames) expect(verdict).toMatch(/pass|review|block/);
    expect((await moderated.get('thumbnail?time=0')).status).toBe(200);
  });

  test('a play list of a file that grows has what can be played of it', async () => {
    const path = scratch();
    await mkdir(path('files'));
    const growing = ['-force_key_frames', 'expr:gte(t,n_forced*2)', '-video_track_timescale', '90000'];
    const flags = ['-movflags', '+frag_keyframe+empty_moov+default_base_moof'];
    const source = ['-f', 'lavfi', '-i', 'testsrc=size=64x48:rate=10:duration=20'];
    await ffmpeg(...source, '-f', 'lavfi', '-i', 'sine=d=20', ...growing, ...flags, path('whole.mp4'));
    const whole = await readFile(path('whole.mp4'));
    let known = 0;
    for (const share of [0.1, 0.5, 0.8, 1]) {
      await writeFile(path('files', 'a.mp4'), whole.subarray(0, Math.floor(whole.length * share)));
      const list = await playlistOf(path('files', 'a.mp4'), 'files/a.mp4', share === 1);
      const seconds = [...list.matchAll(/#EXTINF:([\d.]+)/g)].map((match) => Number(match[1]));
      expect(seconds.length).toBeGreaterThan(known - 1);
      known = seconds.length;
      for (const length of seconds) expect(length).toBeCloseTo(2, 3);
      expect(list.includes('#EXT-X-ENDLIST')).toBe(share === 1);
      await writeFile(path('list.m3u8'), `${list}#EXT-X-ENDLIST\n`);
      if (known > 0) expect((await played(path('list.m3u8'))).frames).toBe(known * 20);
    }
    expect(known).toBe(10);
  });
});
