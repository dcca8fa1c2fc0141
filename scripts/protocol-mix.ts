/**
 * Sends requests of all protocols to one server at once, a third of them wrong, and says whether every answer was its own
 * and whether memory grew.
 *
 *     npx tsx scripts/protocol-mix.ts --requests 10000 --concurrency 16
 *
 * Prints one JSON object; exits with 1 when an answer was wrong.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { createEngine } from '../src/engine/engine.ts';
import { createApp } from '../src/server/app.ts';
import { listen } from '../src/server/listen.ts';
import { writeSmallModel } from '../test/support/small-models.ts';
import { runMix } from './protocol-mix/mix.ts';
import { residentBytes, type Sample, slopeOfSecondHalf } from './soak/memory.ts';
import { seeded } from './soak/random.ts';

const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '10000' },
    concurrency: { type: 'string', default: '16' },
    seed: { type: 'string', default: '1' },
  },
});

const KEY = { id: 'AKIDpictormix', secret: 'secret-of-the-mixed-requests' } as const;
const SAMPLE_EVERY = 10;

async function square(background: string): Promise<Buffer> {
  return sharp({ create: { width: 96, height: 96, channels: 3, background } })
    .png()
    .toBuffer();
}

async function cutOff(): Promise<Buffer> {
  const noise = { type: 'gaussian', mean: 128, sigma: 40 } as const;
  const create = { width: 120, height: 90, channels: 3, background: 'white', noise } as const;
  const whole = await sharp({ create }).png().toBuffer();
  return whole.subarray(0, whole.byteLength / 2);
}

const folder = await mkdtemp(join(tmpdir(), 'pictor-mix-'));
const { path } = await writeSmallModel(folder, 'colours');
const engine = createEngine({ workers: 1 });
const app = createApp({ models: [path], engine, keys: { keys: [KEY] } });
await app.start();
const listener = await listen(app, { port: 0 });

const samples: Sample[] = [];
const startedAt = performance.now();
const report = await runMix({
  port: listener.port,
  credentials: KEY,
  pictures: {
    colours: { red: await square('red'), green: await square('lime'), blue: await square('blue') },
    corrupt: await cutOff(),
    foreign: Buffer.from('this is no picture, whatever it says'),
  },
  requests: Number(values.requests),
  concurrency: Number(values.concurrency),
  random: seeded(Number(values.seed)),
  onAnswer(at) {
    if (at % SAMPLE_EVERY !== 0) return;
    samples.push({ at, bytes: residentBytes([process.pid, ...engine.stats().workers.pids]) });
  },
});
const seconds = (performance.now() - startedAt) / 1000;
const { inFlight, completed, failed, stages } = engine.stats();

await listener.stop();
await app.close();
await engine.close();
await rm(folder, { recursive: true, force: true });

const ok = report.wrong.length === 0 && report.repeatedIds === 0 && inFlight === 0;
console.log(
  JSON.stringify({
    ok,
    seconds,
    ...report,
    wrong: report.wrong.slice(0, 10),
    engine: { inFlight, completed, failed, decodes: stages.decode.count },
    // Clients and server share the process, so this is the memory of both.
    bytesPerRequest: slopeOfSecondHalf(samples),
    residentMib: (samples.at(-1)?.bytes ?? 0) / 2 ** 20,
  }),
);
process.exitCode = ok ? 0 : 1;
