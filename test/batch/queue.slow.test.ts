import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { byQueue } from '../../src/batch/executors/bullmq/bullmq.ts';
import type { Place } from '../../src/batch/place/types.ts';
import { workOn } from '../../src/batch/work.ts';
import { hasPostgres, hasRedis, type Service, startPostgres, startRedis } from './services.ts';
import { emptyPlace, planFor, stub } from './support.ts';

const COUNT = 600;
const PROGRAM = join(
  fileURLToPath(new URL('../../node_modules/.cache/', import.meta.url)),
  `batch-worker-${process.pid}.mjs`,
);

beforeAll(async () => {
  await build({
    entryPoints: [fileURLToPath(new URL('worker-child.ts', import.meta.url))],
    outfile: PROGRAM,
    bundle: true,
    packages: 'external',
    platform: 'node',
    target: 'node20',
    format: 'esm',
    logLevel: 'error',
  });
});

interface Working {
  readonly child: ChildProcess;
  readonly ended: Promise<{ readonly code: number | null; readonly output: string; readonly errors: string }>;
}

function startWorker(place: Place, queue: string, ms: number): Working {
  const child = spawn(process.execPath, [PROGRAM, place.url, queue, String(ms)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => {
    child.kill('SIGKILL');
  });
  const said = { output: '', errors: '' };
  child.stdout?.on('data', (chunk) => {
    said.output += chunk;
  });
  child.stderr?.on('data', (chunk) => {
    said.errors += chunk;
  });
  return { child, ended: once(child, 'close').then(([code]) => ({ code, ...said })) };
}

async function shardsOf(place: Place): Promise<Map<string, string>> {
  const names = (await readdir(place.url)).filter((name) => name.startsWith('part-')).sort();
  const shards = await Promise.all(
    names.map(async (name) => [name, String(await place.read(name))] as const),
  );
  return new Map(shards);
}

async function undisturbed(count: number): Promise<Map<string, string>> {
  const place = await emptyPlace();
  await planFor(place, count);
  await workOn({ place, openRecognizer: async () => stub() });
  return shardsOf(place);
}

const SERVICES: readonly [string, boolean, () => Promise<Service>][] = [
  ['Redis', hasRedis, () => startRedis()],
  ['PostgreSQL', hasPostgres, startPostgres],
];

describe.each(SERVICES)('workers on %s', (name, there, start) => {
  if (!there) console.warn(`SKIPPED without ${name}: batches over it`);

  test.skipIf(!there)(
    'share a run; a dead one’s chunk is taken up within 25 s, a killed queue loses nothing',
    { timeout: 120_000 },
    async () => {
      const service = await start();
      const place = await emptyPlace();
      await planFor(place, COUNT);
      const workers = [1, 2, 3].map(() => startWorker(place, service.url, 40));
      const [victim] = workers;
      await expect.poll(async () => (await shardsOf(place)).size, { timeout: 30_000 }).toBeGreaterThan(3);
      victim?.child.kill('SIGKILL');
      await service.restart();
      const killed = performance.now();
      for (const worker of workers.slice(1)) {
        const { code, errors } = await worker.ended;
        expect(errors).toBe('');
        expect(code).toBe(0);
      }
      // 600 pictures at 40 ms and 16 at once are 2 s of work: the rest of the time is the dead worker's lock.
      console.info(`${name}: all done ${Math.round(performance.now() - killed)} ms after the kill`);
      expect(await shardsOf(place)).toEqual(await undisturbed(COUNT));
      expect(await place.list('begun-')).toEqual([]);
    },
  );

  test.skipIf(!there)('give their chunks back, or finish them, at SIGTERM', { timeout: 60_000 }, async () => {
    const service = await start();
    const place = await emptyPlace();
    await planFor(place, 200);
    const worker = startWorker(place, service.url, 100);
    await expect.poll(async () => (await shardsOf(place)).size, { timeout: 30_000 }).toBeGreaterThan(0);
    worker.child.kill('SIGTERM');
    const { code, output } = await worker.ended;
    expect(code).toBe(0);
    expect(output).toMatch(/end \d+\n$/);
    expect(await place.list('begun-')).toEqual([]);
    const rest = startWorker(place, service.url, 0);
    expect((await rest.ended).code).toBe(0);
    expect(await shardsOf(place)).toEqual(await undisturbed(200));
  });
});

describe.skipIf(!hasRedis)('Redis', () => {
  test('wiped in the middle of a run costs only chunks without a shard', { timeout: 60_000 }, async () => {
    const service = await startRedis();
    const place = await emptyPlace();
    await planFor(place, 400);
    const workers = [startWorker(place, service.url, 50), startWorker(place, service.url, 50)];
    await expect.poll(async () => (await shardsOf(place)).size, { timeout: 30_000 }).toBeGreaterThan(4);
    execFileSync('redis-cli', ['-u', service.url, 'FLUSHALL']);
    const outputs = await Promise.all(workers.map(({ ended }) => ended));
    for (const { code } of outputs) expect(code).toBe(0);
    expect(await shardsOf(place)).toEqual(await undisturbed(400));
  });

  test.each([
    [['--appendonly', 'no'], 'appendonly yes'],
    [['--appendonly', 'yes', '--maxmemory-policy', 'allkeys-lru'], 'maxmemory-policy noeviction'],
  ])('that would lose jobs (%j) is refused with the line to set', async (settings, line) => {
    const service = await startRedis(settings);
    const place = await emptyPlace();
    await planFor(place, 20);
    await expect(
      workOn({ place, openRecognizer: async () => stub(), executor: byQueue({ address: service.url }) }),
    ).rejects.toMatchObject({ code: 'BATCH_QUEUE_FAILED', message: expect.stringContaining(line) });
  });

  test('keeps less than 400 bytes for a chunk', { timeout: 60_000 }, async () => {
    const service = await startRedis();
    const { queueBackend } = await import('../../src/batch/executors/bullmq/backend.ts');
    const queue = await (await queueBackend(service.url, 'size')).openQueue();
    const used = () =>
      Number(
        /used_memory:(\d+)/.exec(
          execFileSync('redis-cli', ['-u', service.url, 'INFO', 'memory'], { encoding: 'utf8' }),
        )?.[1],
      );
    await queue.add([0]);
    const before = used();
    const chunks = Array.from({ length: 4_000 }, (_, i) => i + 1);
    await queue.add(chunks);
    const each = (used() - before) / 4_000;
    console.info(`Redis: ${Math.round(each)} bytes a chunk`);
    await queue.add(chunks);
    expect(await queue.pending()).toBe(4_001);
    await queue.close();
    expect(each).toBeLessThan(400);
  });
});

test('a queue that is not there is one sentence', async () => {
  const place = await emptyPlace();
  await planFor(place, 20);
  for (const address of [
    'redis://me:secret@127.0.0.1:1',
    'postgres://me:secret@127.0.0.1:1/x',
    'amqp://me:secret@q',
  ]) {
    const failure: unknown = await workOn({
      place,
      openRecognizer: async () => stub(),
      executor: byQueue({ address }),
    }).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: expect.stringMatching(/BATCH_QUEUE_FAILED|OPTION_INVALID/) });
    expect(String(failure)).not.toContain('secret');
  }
  await sleep(10);
});
