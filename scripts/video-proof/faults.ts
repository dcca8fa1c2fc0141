import type { Detector } from '../../src/tasks/detect/detect.ts';
import { openVideo } from '../../src/video/open-video.ts';
import { track } from '../../src/video/track.ts';
import { readersOf, startCamera } from './camera.ts';

/** Always the same one object, so that every second identity is one that was lost. */
export const ONE_OBJECT = {
  async detect() {
    const box = { x: 20, y: 20, width: 40, height: 60 };
    return { detections: [{ index: 0, label: 'person', score: 0.9, box }] };
  },
} as unknown as Pick<Detector, 'detect'>;

/** Cuts a camera's connection, or kills the ffmpeg that reads it, again and again. */
export async function runFaults(kind: 'cut' | 'kill', times: number) {
  await using camera = await startCamera(15);
  const stop = new AbortController();
  const source = await openVideo(camera.url, { live: true, backOff: 0.05, silence: 5, signal: stop.signal });
  const run = track(source, { detector: ONE_OBJECT, tracker: { keepLost: 10 }, signal: stop.signal });
  let [faults, since, backwards, lastTime] = [0, 0, 0, -1];
  const started = performance.now();
  try {
    for await (const { time } of run) {
      if (time <= lastTime) backwards += 1;
      lastTime = time;
      since += 1;
      // One at a time: the connection before must have been made again.
      if (since < 3 || run.summary.state.reconnects < faults) continue;
      if (faults === times) break;
      since = 0;
      faults += 1;
      if (kind === 'cut') camera.cut();
      else for (const pid of await readersOf(camera.url)) process.kill(pid, 'SIGKILL');
    }
  } finally {
    stop.abort();
  }
  await new Promise((resolve) => setTimeout(resolve, 500));
  const { unique, frames, state } = run.summary;
  const orphans = (await readersOf(camera.url)).length;
  return {
    kind,
    faults,
    reconnects: state.reconnects,
    frames,
    unique,
    backwards,
    orphans,
    seconds: Math.round((performance.now() - started) / 1000),
    ok: faults === times && orphans === 0 && backwards === 0 && unique.person === 1,
  };
}

/** How old a frame is when its result comes, in inferences. */
export async function runLatency(rate: number, inferenceMs: number, seconds: number) {
  await using camera = await startCamera(rate);
  const source = await openVideo(camera.url, { live: true });
  const slow = {
    async detect() {
      await new Promise((resolve) => setTimeout(resolve, inferenceMs));
      return { detections: [] };
    },
  } as unknown as Pick<Detector, 'detect'>;
  const run = track(source, { detector: slow, ahead: 1 });
  const ages: number[] = [];
  const started = performance.now();
  for await (const { time } of run) {
    ages.push(performance.now() / 1000 - time);
    if (performance.now() - started > seconds * 1000) break;
  }
  // The clocks differ by a constant: the youngest frame of all is one that was looked at as it came.
  const youngest = Math.min(...ages) - inferenceMs / 1000;
  const sorted = ages.map((age) => ((age - youngest) * 1000) / inferenceMs).toSorted((a, b) => a - b);
  const at = (share: number) => Number((sorted[Math.floor(share * (sorted.length - 1))] ?? 0).toFixed(2));
  const { decoded, delivered, dropped } = run.summary.state;
  return {
    rate,
    inferenceMs,
    frames: ages.length,
    inferences: { median: at(0.5), p95: at(0.95) },
    decoded,
    delivered,
    dropped,
  };
}
