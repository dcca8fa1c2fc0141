/**
 * Sends requests of all protocols to one server at once, a third of them wrong, and says whether every answer was its own
 * and whether memory grew.
 *
 *     npx tsx scripts/protocol-mix.ts --requests 10000 --concurrency 16
 *
 * Prints one JSON object; exits with 1 when an answer was wrong.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { createEngine } from '../src/engine/engine.ts';
import type { EngineStats } from '../src/engine/stats/types.ts';
import { createApp } from '../src/server/app.ts';
import { listen } from '../src/server/http/listen.ts';
import { writeSmallModel } from '../test/support/small-models.ts';
import { runMix } from './protocol-mix/mix.ts';
import { residentBytes, type Sample, slopeOfSecondHalf } from './soak/memory.ts';
import { seeded } from './soak/random.ts';

const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '10000' },
    concurrency: { type: 'string', default: '16' },
    seed: { type: 'string', default: '1' },
    serve: { type: 'boolean', default: false },
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

if (values.serve) await serve();
else await measure();

/** The server alone, in a process of its own, until its input ends. */
async function serve(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'pictor-mix-'));
  const { path } = await writeSmallModel(folder, 'colours');
  const engine = createEngine({ workers: 1 });
  const app = createApp({ models: [path], engine, keys: { keys: [KEY] } });
  await app.start();
  const listener = await listen(app, { port: 0 });
  process.on('message', () => {
    // What is left after a collection is what is held.
    globalThis.gc?.();
    // The other side may have gone while that went on; an error here would be nobody's.
    process.send?.({ engine: engine.stats(), heap: process.memoryUsage().heapUsed }, () => {});
  });
  process.send?.({ port: listener.port, workers: engine.stats().workers.pids });
  await once(process, 'disconnect');
  await listener.stop();
  await app.close();
  await engine.close();
  await rm(folder, { recursive: true, force: true });
}

async function measure(): Promise<void> {
  const child = fork(fileURLToPath(import.meta.url), ['--serve'], {
    execArgv: [...process.execArgv, '--expose-gc'],
  });
  const [{ port, workers }] = (await once(child, 'message')) as [{ port: number; workers: number[] }];
  const pids = [child.pid ?? 0, ...workers];
  const samples: Sample[] = [];
  const reports: { readonly engine: EngineStats; readonly heap: number }[] = [];
  child.on('message', (report: { engine: EngineStats; heap: number }) => reports.push(report));
  const quarter = Math.ceil(Number(values.requests) / 4);
  const startedAt = performance.now();
  const report = await runMix({
    port,
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
      if (at % quarter === 0) child.send('stats');
      if (at % SAMPLE_EVERY === 0) samples.push({ at, bytes: residentBytes(pids) });
    },
  });
  const seconds = (performance.now() - startedAt) / 1000;
  child.send('stats');
  await once(child, 'message');
  child.disconnect();
  await once(child, 'exit');

  const engine = reports.at(-1)?.engine;
  if (engine === undefined) throw new Error('the server said nothing');
  const { inFlight, completed, failed, stages } = engine;
  const ok = report.wrong.length === 0 && report.repeatedIds === 0 && inFlight === 0;
  console.log(
    JSON.stringify({
      ok,
      seconds,
      ...report,
      wrong: report.wrong.slice(0, 10),
      engine: { inFlight, completed, failed, decodes: stages.decode.count },
      // Of the server and its worker.
      bytesPerRequest: slopeOfSecondHalf(samples),
      residentMib: [0.1, 0.25, 0.5, 0.75, 1].map((part) =>
        Math.round((samples[Math.ceil(samples.length * part) - 1]?.bytes ?? 0) / 2 ** 20),
      ),
      // Held by the server after each quarter and at the end, in MiB.
      heapMib: reports.map(({ heap }) => Math.round(heap / 2 ** 20)),
    }),
  );
  process.exitCode = ok ? 0 : 1;
}
