/**
 * What video promises and a fast test cannot hold: faults by the dozen, hours of stream, latency, the tracker's speed.
 *
 *     npm run video:proof -- --only kills
 *
 * Prints a JSON object a line; exits with 1 when identities, frames or processes were lost.
 */
import { parseArgs } from 'node:util';
import { createTracker } from '../src/video/tracker/create-tracker.ts';
import { runFaults, runLatency } from './video-proof/faults.ts';
import { runMemory } from './video-proof/memory.ts';

const PARTS: Readonly<Record<string, () => Promise<object> | object>> = {
  tracker: trackerSpeed,
  kills: () => runFaults('kill', 50),
  reconnects: () => runFaults('cut', 100),
  'latency of a fast camera': () => runLatency(30, 200, 20),
  'latency of a slow camera': () => runLatency(5, 50, 20),
  memory: () => runMemory(2),
};

const { values } = parseArgs({ options: { only: { type: 'string' } } });
for (const [name, run] of Object.entries(PARTS)) {
  if (values.only !== undefined && !name.includes(values.only)) continue;
  const report = await run();
  console.log(JSON.stringify({ part: name, ...report }));
  if ('ok' in report && report.ok === false) process.exitCode = 1;
}

/** Processor time for a frame with 30 objects that cross each other. */
function trackerSpeed(): object {
  const tracker = createTracker();
  const [objects, frames] = [30, 3000];
  const before = process.cpuUsage();
  for (let frame = 0; frame < frames; frame += 1) {
    const detections = Array.from({ length: objects }, (_, i) => ({
      label: 'person',
      score: 0.4 + 0.5 * Math.abs(Math.sin(i + frame / 50)),
      box: {
        x: 500 + 450 * Math.sin(i * 1.7 + frame / (80 + i)),
        y: 300 + 250 * Math.cos(i * 2.3 + frame / (90 + i)),
        width: 40 + i,
        height: 90 + i,
      },
    }));
    tracker.update(detections, frame / 30);
  }
  const { user, system } = process.cpuUsage(before);
  return { objects, frames, msAFrame: Number(((user + system) / 1000 / frames).toFixed(3)) };
}
