import { spawn } from 'node:child_process';
import type { Detector } from '../../src/tasks/detect/detect.ts';
import { openVideo } from '../../src/video/open-video.ts';
import { track } from '../../src/video/track.ts';

/** Objects that come and go all the time: a new one every two seconds, each for ten. */
function traffic(rate: number): Pick<Detector, 'detect'> {
  let frame = 0;
  return {
    async detect() {
      const time = frame / rate;
      frame += 1;
      const detections = Array.from({ length: 5 }, (_, lane) => {
        const age = (time + lane * 2) % 10;
        return {
          index: 0,
          label: 'car',
          score: 0.9,
          box: { x: age * 14, y: lane * 18, width: 16, height: 14 },
        };
      });
      return { detections };
    },
  } as unknown as Pick<Detector, 'detect'>;
}

/** Memory over hours of media time, read as fast as it goes. */
export async function runMemory(hours: number) {
  const rate = 10;
  const source = `testsrc=size=160x96:rate=${rate}:duration=${hours * 3600}`;
  const child = spawn(
    'ffmpeg',
    ['-nostdin', '-v', 'error', '-f', 'lavfi', '-i', source, '-c:v', 'mpeg2video', '-f', 'mpegts', 'pipe:1'],
    { stdio: ['ignore', 'pipe', 'ignore'] },
  );
  const video = await openVideo('-', { stdin: child.stdout });
  const run = track(video, {
    detector: traffic(rate),
    lines: [{ from: [0.5, 0], to: [0.5, 1] }],
    zones: [
      {
        points: [
          [0, 0],
          [1, 0],
          [1, 0.5],
          [0, 0.5],
        ],
      },
    ],
  });
  // The heap alone: pixels of the frames that are under way come and go.
  const samples: { readonly hours: number; readonly mib: number }[] = [];
  let next = 0;
  for await (const { time } of run) {
    if (time < next) continue;
    next += (hours * 3600) / 24;
    globalThis.gc?.();
    const { heapUsed } = process.memoryUsage();
    samples.push({ hours: time / 3600, mib: heapUsed / 2 ** 20 });
  }
  const settled = samples.slice(Math.ceil(samples.length / 4));
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [x, y] = [mean(settled.map((one) => one.hours)), mean(settled.map(({ mib }) => mib))];
  const slope =
    settled.reduce((sum, one) => sum + (one.hours - x) * (one.mib - y), 0) /
    settled.reduce((sum, one) => sum + (one.hours - x) ** 2, 0);
  const { frames, unique, lines } = run.summary;
  return {
    hours,
    frames,
    unique,
    crossed: lines[0],
    mib: samples.map(({ mib }) => Number(mib.toFixed(1))),
    mibAnHour: Number(slope.toFixed(2)),
  };
}
