import { copyFileSync, createReadStream, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { redact } from '../../src/video/ffmpeg/redact.ts';
import { type OpenVideoOptions, openVideo } from '../../src/video/open-video.ts';
import type { Frame } from '../../src/video/types.ts';
import { dataPath } from '../support/data.ts';
import { describeWithClips, ffmpeg, runningFfmpegs, scratch } from './ffmpeg.ts';

const clip = (name: string) => dataPath('video', 'clips', name);

async function read(input: string, options: OpenVideoOptions = {}) {
  const source = await openVideo(input, options);
  const frames: Omit<Frame, 'data'>[] = [];
  for await (const { data, ...frame } of source.frames()) {
    expect(data).toHaveLength(frame.width * frame.height * 3);
    frames.push(frame);
  }
  return { frames, info: source.info, state: source.state };
}

describeWithClips('recordings', () => {
  test.each([
    ['bottle-detection.mp4', 1189, 640, 360, 0, 39.8212],
    ['car-detection.mp4', 377, 768, 432, 0, 30.08],
    ['mediabunny-cursed-vfr.mp4', 63, 3026, 1386, 0, 7.1555],
    ['mediabunny-frames.webm', 100, 1080, 1080, 0, 3.3],
    ['mediabunny-hevc.ts', 120, 1920, 1080, 1.4833, 4.9583],
    ['mediabunny-rotate-buck-bunny.mp4', 45, 1080, 1920, 0.0833, 1.8333],
    ['mediabunny-sar_2x1.mp4', 150, 1280, 360, 0, 4.9667],
    ['mediabunny-no-initial-keyframe.ts', 15, 640, 360, 114.847, 0.466],
    ['walk.mkv', 89, 640, 480, 0, 2.933],
    ['people-detection.gif', 23, 480, 270, 0, 1.83],
  ])(
    '%s has its frames, size and times',
    async (name, count, width, height, pts, last) => {
      const { frames, info } = await read(clip(name));
      expect(frames).toHaveLength(count);
      expect([info.width, info.height]).toEqual([width, height]);
      expect(frames[0]).toMatchObject({ index: 0, time: 0, width, height });
      expect(Math.abs((frames[0]?.pts ?? 0) - pts)).toBeLessThan(0.001);
      expect(Math.abs((frames.at(-1)?.time ?? 0) - last)).toBeLessThan(0.001);
      frames.forEach(({ time }, i) => {
        if (i > 0) expect(time).toBeGreaterThan(frames[i - 1]?.time ?? 0);
      });
    },
    60_000,
  );

  test('a variable frame rate is read as it is', async () => {
    const { frames, state } = await read(clip('mediabunny-cursed-vfr.mp4'));
    const times = frames.slice(0, 3).map(({ time }) => Number(time.toFixed(3)));
    expect(times).toEqual([0, 1.115, 1.157]);
    expect(state.incomplete).toBeUndefined();
  });

  test.each<[OpenVideoOptions, number[], number]>([
    [{ every: 3 }, [0, 3, 6], 397],
    [{ fps: 5 }, [0, 6, 12], 200],
    [{ every: 600 }, [0, 600], 2],
    [{ start: 10, end: 11 }, [0, 1, 2], 30],
  ])('selection by %j', async (options, indexes, count) => {
    const { frames } = await read(clip('bottle-detection.mp4'), options);
    expect(frames.map(({ index }) => index).slice(0, indexes.length)).toEqual(indexes);
    expect(frames).toHaveLength(count);
    const start = options.start ?? 0;
    expect(frames[0]?.time).toBeGreaterThanOrEqual(start);
    expect(frames[0]?.time).toBeLessThan(start + 0.034);
  });

  test('key frames, and frames made smaller', async () => {
    const { frames, info } = await read(clip('bottle-detection.mp4'), { keyFrames: true, longestSide: 320 });
    expect(frames.map(({ time }) => Math.round(time * 100) / 100)).toEqual([0, 8.38, 16.76, 25.14, 33.52]);
    expect([frames[0]?.width, frames[0]?.height, info.width, info.height]).toEqual([320, 180, 320, 180]);
  });

  test('a cut file is incomplete, and says how far it goes', async () => {
    const path = scratch();
    await ffmpeg(
      '-i',
      clip('mediabunny-sar_2x1.mp4'),
      '-c',
      'copy',
      '-movflags',
      '+faststart',
      path('whole.mp4'),
    );
    const whole = readFileSync(path('whole.mp4'));
    writeFileSync(path('cut.mp4'), whole.subarray(0, whole.length * 0.6));
    expect((await read(path('whole.mp4'))).state.incomplete).toBeUndefined();
    const { frames, state } = await read(path('cut.mp4'));
    expect(frames.length).toBeGreaterThan(50);
    expect(state.incomplete).toMatch(/^\d+ of 150 frames could be decoded: .*partial file/);
  });

  test('high dynamic range looks as it does on a screen', async () => {
    const path = scratch();
    const picture = ['-f', 'lavfi', '-i', 'color=0x808080:size=64x64:rate=5:duration=1'];
    const tags = ['-color_primaries', 'bt2020', '-color_trc', 'smpte2084', '-colorspace', 'bt2020nc'];
    const codec = ['-pix_fmt', 'yuv420p10le', '-c:v', 'libx265', '-x265-params', 'log-level=none'];
    await ffmpeg(...picture, ...codec, ...tags, path('hdr.mp4'));
    const source = await openVideo(path('hdr.mp4'));
    for await (const { data } of source.frames()) {
      // Half of the PQ signal is about 92 cd/m²; as it is stored it would be the grey of 128.
      expect(data[0]).toBeGreaterThan(145);
      break;
    }
  });

  test('standard input needs no second look', async () => {
    const { frames, info } = await read('-', { stdin: createReadStream(clip('walk.mkv')) });
    expect(frames).toHaveLength(89);
    expect([info.width, info.height]).toEqual([640, 480]);
  });

  test('leaving early, aborting and closing end ffmpeg', async () => {
    const controller = new AbortController();
    const source = await openVideo(clip('one-by-one-person-detection.mp4'));
    for await (const _ of source.frames()) break;
    const other = await openVideo(clip('one-by-one-person-detection.mp4'));
    const reading = (async () => {
      for await (const _ of other.frames(controller.signal)) controller.abort();
    })();
    await expect(reading).rejects.toMatchObject({ code: 'ABORTED' });
    await expect.poll(runningFfmpegs, { timeout: 5000 }).toEqual([]);
  });
});

describeWithClips('what is no video', () => {
  test.each<[string, (path: (name: string) => string) => void | Promise<void>, string, RegExp]>([
    ['zero.mp4', (path) => writeFileSync(path('zero.mp4'), ''), 'VIDEO_UNREADABLE', /0 bytes/],
    [
      'text.mp4',
      (path) => writeFileSync(path('text.mp4'), 'hello\n'.repeat(500)),
      'VIDEO_UNREADABLE',
      /moov atom not found|Invalid/,
    ],
    [
      'picture.mp4',
      (path) =>
        copyFileSync(new URL('../../examples/photos/astronaut.jpg', import.meta.url), path('picture.mp4')),
      'VIDEO_UNREADABLE',
      /a picture \(jpeg\) named .*pictor detect/,
    ],
    [
      'sound.mp4',
      (path) => ffmpeg('-f', 'lavfi', '-i', 'sine=duration=1', path('sound.mp4')),
      'VIDEO_UNREADABLE',
      /only audio/,
    ],
    [
      'list.mp4',
      (path) => writeFileSync(path('list.mp4'), `ffconcat version 1.0\nfile ${clip('walk.mkv')}\n`),
      'VIDEO_UNREADABLE',
      /Invalid|play list/,
    ],
    [
      'list.m3u8',
      (path) =>
        writeFileSync(
          path('list.m3u8'),
          `#EXTM3U\n#EXT-X-TARGETDURATION:3\n#EXTINF:3,\n${clip('mediabunny-hevc.ts')}\n`,
        ),
      'VIDEO_UNREADABLE',
      /Invalid|play list/,
    ],
    ['absent.mp4', () => {}, 'VIDEO_NOT_FOUND', /absent/],
  ])('%s', async (name, make, code, message) => {
    const path = scratch();
    await make(path);
    await expect(read(path(name))).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
  });

  test.each(['gopher://camera/1', 'concat:a|b', 'subfile,,start,0,end,9,,:/etc/passwd', 'lavfi:testsrc'])(
    'the name %s reaches no protocol',
    async (name) => {
      await expect(openVideo(name)).rejects.toMatchObject({
        code: expect.stringMatching(/VIDEO_(NOT_FOUND|SOURCE_INVALID)/),
      });
    },
  );

  test('a file may be called like a protocol, an option or a filter', async () => {
    const path = scratch();
    const cwd = process.cwd();
    process.chdir(path());
    try {
      for (const name of ['concat:a|b.mkv', '-i.mkv', "it's [0:v] %03d;,x.mkv", 'http:no.mkv']) {
        copyFileSync(clip('walk.mkv'), path(name));
        expect((await read(name)).frames, name).toHaveLength(89);
      }
    } finally {
      process.chdir(cwd);
    }
  });
});

test('without ffmpeg: one sentence with the line that installs it', async () => {
  const path = scratch();
  writeFileSync(path('film.mp4'), 'anything');
  await expect(openVideo(path('film.mp4'), { ffmpeg: '/nowhere/ffmpeg' })).rejects.toMatchObject({
    code: 'VIDEO_DECODER_MISSING',
    message: expect.stringMatching(/install ffmpeg/),
  });
});

describeWithClips('without ffmpeg', () => {
  const none = { ffmpeg: '/nowhere/ffmpeg' };

  test('an animated GIF and WebP have their delays', async () => {
    const path = scratch();
    const { frames } = await read(clip('people-detection.gif'), none);
    expect(frames.slice(0, 3).map(({ time }) => time)).toEqual([0, 0.08, 0.17]);
    await ffmpeg(
      '-f',
      'lavfi',
      '-i',
      'testsrc=size=64x48:rate=10:duration=1',
      '-c:v',
      'libwebp_anim',
      path('a.webp'),
    );
    const webp = await read(path('a.webp'), none);
    expect(webp.frames.map(({ time }) => time)).toEqual([0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]);
  });

  test('an MJPEG file, a folder and a glob', async () => {
    const path = scratch();
    const source = ['-f', 'lavfi', '-i', 'testsrc=size=64x48:rate=10:duration=1.2'];
    await ffmpeg(...source, '-c:v', 'mjpeg', '-f', 'mjpeg', path('m.mjpeg'));
    mkdirSync(path('frames'));
    await ffmpeg(...source, path('frames', 'f%d.png'));
    expect((await read(path('m.mjpeg'), { ...none, frameRate: 10 })).frames.at(-1)?.time).toBeCloseTo(1.1);
    const folder = await read(path('frames'), { ...none, frameRate: 10, every: 2 });
    expect(folder.frames.map(({ index }) => index)).toEqual([0, 2, 4, 6, 8, 10]);
    expect((await read(path('frames', 'f1*.png'), none)).frames).toHaveLength(4);
    writeFileSync(path('frames', 'f5.png'), 'broken');
    const broken = await read(path('frames'), none);
    expect(broken.frames).toHaveLength(11);
    expect(broken.state.incomplete).toMatch(/1 of 12 pictures cannot be decoded: f5.png/);
  });
});

test.each([
  ['rtsp://admin:s3cr3t@10.0.0.1/live', 'rtsp://***@10.0.0.1/live'],
  ['http://cam/x?user=a&password=b&q=1', 'http://cam/x?user=a&password=***&q=1'],
  ['open rtsp://u:p@w@h/1 failed', 'open rtsp://***@h/1 failed'],
])('redaction of %s', (from, to) => {
  expect(redact(from)).toBe(to);
});
