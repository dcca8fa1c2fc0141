import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { openVideo } from '../../src/video/open-video.ts';
import { type WatchOptions, watch } from '../../src/video/watch.ts';
import { describeWithClips, ffmpeg, scratch } from './ffmpeg.ts';

/** Calls a picture unsafe by how red it is: what it gets is a BMP, blue first. */
function redIsUnsafe(): WatchOptions & { readonly task: 'moderate' } {
  const moderate = async (picture: Uint8Array) => {
    const score = (picture[54 + 2] ?? 0) > 150 && (picture[54] ?? 0) < 100 ? 0.9 : 0.01;
    const predictions = [
      { index: 0, label: 'Porn', score },
      { index: 1, label: 'Neutral', score: 1 - score },
    ];
    return { verdict: score > 0.7 ? 'block' : 'pass', predictions };
  };
  return { task: 'moderate', recognizer: { moderate } } as unknown as WatchOptions & {
    readonly task: 'moderate';
  };
}

describeWithClips('a moderated video', () => {
  test('a flash between two looks is found, with its time', async () => {
    const path = scratch();
    const parts = [
      'green:size=64x48:rate=25:duration=3.4',
      'red:size=64x48:rate=25:duration=0.2',
      'green:size=64x48:rate=25:duration=3',
    ];
    const inputs = parts.flatMap((part) => ['-f', 'lavfi', '-i', `color=${part}`]);
    await ffmpeg(...inputs, '-filter_complex', '[0][1][2]concat=n=3', path('flash.mp4'));
    const run = watch(await openVideo(path('flash.mp4')), redIsUnsafe());
    const { verdict, segments, frames } = await run.complete();
    expect(verdict).toBe('block');
    expect(segments).toHaveLength(1);
    expect(segments[0]).toMatchObject({ label: 'Porn', peak: 0.9 });
    expect(segments[0]?.start).toBeCloseTo(3.4, 1);
    expect(frames).toBeLessThan(40);
  });

  test('a safe video is safe only when it was read to its end', async () => {
    const path = scratch();
    const green = ['-f', 'lavfi', '-i', 'color=green:size=320x240:rate=25:duration=4'];
    await ffmpeg(...green, '-vf', 'noise=alls=40:allf=t', '-movflags', '+faststart', path('whole.mp4'));
    const whole = readFileSync(path('whole.mp4'));
    writeFileSync(path('cut.mp4'), whole.subarray(0, whole.length * 0.6));
    const verdictOf = async (name: string, options = {}) =>
      (await watch(await openVideo(path(name), options), redIsUnsafe()).complete()).verdict;
    expect(await verdictOf('whole.mp4')).toBe('pass');
    expect(await verdictOf('cut.mp4')).toBe('review');
    expect(await verdictOf('whole.mp4', { end: 2 })).toBe('review');
    const left = watch(await openVideo(path('whole.mp4')), redIsUnsafe());
    for await (const _ of left) break;
    expect(left.summary.verdict).toBe('review');
  });

  test('an animated GIF is watched frame by frame', async () => {
    const path = scratch();
    const parts = ['green:size=64x48:rate=5:duration=1', 'red:size=64x48:rate=5:duration=0.4'];
    const inputs = parts.flatMap((part) => ['-f', 'lavfi', '-i', `color=${part}`]);
    await ffmpeg(...inputs, '-filter_complex', '[0][1]concat=n=2', path('a.gif'));
    const { verdict } = await watch(await openVideo(path('a.gif')), redIsUnsafe()).complete();
    expect(verdict).toBe('block');
  });
});
