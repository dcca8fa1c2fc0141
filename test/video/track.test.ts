import { execFileSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Detection } from '../../src/tasks/types.ts';
import { openVideo } from '../../src/video/open-video.ts';
import { openAnnotatedVideo } from '../../src/video/output/annotated-video.ts';
import { openVideoWriter } from '../../src/video/output/video-writer.ts';
import { type TrackOptions, track } from '../../src/video/track.ts';
import type { IntervalCount } from '../../src/video/types.ts';
import { dataPath } from '../support/data.ts';
import { describeWithClips, runningFfmpegs, scratch } from './ffmpeg.ts';

const clip = (name: string) => dataPath('video', 'clips', name);

/** Finds a box that wanders to the right, whatever the picture shows. */
function wanderer(): TrackOptions['detector'] & { calls: number; most: number } {
  let under = 0;
  const self = {
    calls: 0,
    most: 0,
    async detect() {
      const x = self.calls * 4;
      self.calls += 1;
      under += 1;
      self.most = Math.max(self.most, under);
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 4));
      under -= 1;
      const detection: Detection = {
        index: 2,
        label: 'car',
        score: 0.9,
        box: { x, y: 100, width: 60, height: 40 },
      };
      return { detections: [detection] };
    },
  };
  return self as unknown as TrackOptions['detector'] & { calls: number; most: number };
}

describeWithClips('a video that is looked at', () => {
  test('frames in order, one identity, callbacks with honest seconds', async () => {
    const seconds: IntervalCount[] = [];
    const minutes: IntervalCount[] = [];
    let complete = 0;
    const detector = wanderer();
    const run = track(await openVideo(clip('walk.mkv')), {
      detector,
      ahead: 3,
      onSecond: (count) => void seconds.push(count),
      onMinute: (count) => void minutes.push(count),
      onComplete: ({ frames }) => {
        complete = frames;
      },
    });
    const ids = new Set<number | undefined>();
    let last = -1;
    for await (const { frame, objects } of run) {
      expect(frame).toBe(last + 1);
      last = frame;
      for (const { id } of objects) ids.add(id);
    }
    expect(ids).toEqual(new Set([1]));
    expect(run.summary.unique).toEqual({ car: 1 });
    expect(detector.calls).toBe(89);
    expect(detector.most).toBeGreaterThan(1);
    expect(detector.most).toBeLessThanOrEqual(3);
    expect(complete).toBe(89);
    expect(seconds.map(({ frames }) => frames).reduce((a, b) => a + b)).toBe(89);
    expect(seconds.map(({ start }) => start)).toEqual([0, 1, 2]);
    expect(seconds.at(-1)?.end).toBeCloseTo(2.933);
    expect(minutes).toHaveLength(1);
  });

  test('an error in a callback is the caller’s own, and ends ffmpeg; with onError it ends nothing', async () => {
    const mistake = new TypeError('mine');
    const onFrame = () => {
      throw mistake;
    };
    const run = track(await openVideo(clip('walk.mkv')), { detector: wanderer(), onFrame });
    await expect(run.complete()).rejects.toBe(mistake);
    await expect.poll(runningFfmpegs).toEqual([]);
    const errors: unknown[] = [];
    const going = track(await openVideo(clip('walk.mkv'), { every: 10 }), {
      detector: wanderer(),
      onFrame,
      onError: (error) => void errors.push(error),
    });
    expect((await going.complete()).frames).toBe(9);
    expect(errors).toHaveLength(9);
  });

  test('aborting ends everything', async () => {
    const controller = new AbortController();
    const run = track(await openVideo(clip('one-by-one-person-detection.mp4')), {
      detector: wanderer(),
      signal: controller.signal,
      onFrame: () => controller.abort(),
    });
    await expect(run.complete()).rejects.toMatchObject({ code: 'ABORTED' });
    await expect.poll(runningFfmpegs).toEqual([]);
  });

  test.each([
    ['car-detection.mp4', '.mp4', 'h264', 30.16, 0.08, true],
    ['mediabunny-rotate-buck-bunny.mp4', '.mp4', 'h264', 2.005, 0.042, true],
    ['mediabunny-sar_2x1.mp4', '.webm', 'vp9', 5, 0.034, false],
    ['mediabunny-hevc.ts', '.mkv', 'h264', 5.013, 0.042, true],
  ])(
    '%s annotated as %s keeps duration, size and sound',
    { timeout: 120_000 },
    async (name, ending, codec, duration, step, sound) => {
      const path = scratch();
      const source = await openVideo(clip(name));
      const { info } = source;
      const target = path(`out${ending}`);
      await using video = await openAnnotatedVideo({
        path: target,
        source: info,
        audioFrom: clip(name),
        lines: [{ from: [0, 0.5], to: [1, 0.5] }],
      });
      const run = track(source, { detector: wanderer(), detectEvery: 10 });
      let frames = 0;
      for await (const frame of run) {
        frames += 1;
        await video.write(frame, run.summary);
      }
      await video.finish();
      const probe = JSON.parse(
        execFileSync(
          'ffprobe',
          ['-v', 'error', '-count_packets', '-show_streams', '-show_format', '-of', 'json', target],
          {
            encoding: 'utf8',
          },
        ),
      );
      const picture = probe.streams.find((stream: { codec_type: string }) => stream.codec_type === 'video');
      expect(picture).toMatchObject({
        codec_name: codec,
        width: info.width,
        height: info.height,
        pix_fmt: 'yuv420p',
      });
      expect(Number(picture.nb_read_packets)).toBe(frames);
      expect(Math.abs(Number(probe.format.duration) - duration)).toBeLessThanOrEqual(step + 0.002);
      expect(probe.streams.some((stream: { codec_type: string }) => stream.codec_type === 'audio')).toBe(
        sound,
      );
      expect(readdirSync(path())).toEqual([`out${ending}`]);
    },
  );

  test('a file that cannot be written: one sentence, nothing left behind', async () => {
    const path = scratch();
    await expect(openVideoWriter({ path: path('a.avi') })).rejects.toMatchObject({ code: 'OPTION_INVALID' });
    const pixels = { width: 64, height: 48, data: new Uint8Array(64 * 48 * 3) };
    {
      await using writer = await openVideoWriter({ path: path('nowhere', 'a.mp4') });
      const writing = (async () => {
        for (let i = 0; i < 500; i += 1) await writer.write(pixels, i / 25);
        await writer.finish();
      })();
      await expect(writing).rejects.toMatchObject({
        code: 'VIDEO_ENCODE_FAILED',
        message: expect.stringMatching(/No such file/),
      });
    }
    {
      await using writer = await openVideoWriter({ path: path('b.mp4') });
      await writer.write(pixels, 0);
    }
    expect(readdirSync(path())).toEqual([]);
  });
});
