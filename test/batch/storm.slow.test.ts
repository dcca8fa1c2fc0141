import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { merge } from '../../src/batch/output/merge.ts';
import type { Place } from '../../src/batch/place/types.ts';
import { allRows } from '../../src/batch/rows.ts';
import { workOn } from '../../src/batch/work.ts';
import { hasRedis, startRedis } from './services.ts';
import { emptyPlace, planFor, stub } from './support.ts';

const COUNT = 100_000;
/** Milliseconds that the stub sleeps for a picture: a chunk is about five seconds of work. */
const PICTURE_MS = 150;
const CHUNK = 500;
/** A random worker is killed this often, Redis at two of these times. */
const KILL_EVERY_MS = 5_000;
const PROGRAM = join(
  fileURLToPath(new URL('../../node_modules/.cache/', import.meta.url)),
  `batch-storm-${process.pid}.mjs`,
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

// A soak, `npm run storm`, and no part of CI.
test.skipIf(!hasRedis || process.env.PICTOR_STORM !== '1')(
  'workers killed at random, and Redis twice: the same bytes as an undisturbed run',
  { timeout: 900_000 },
  async () => {
    const service = await startRedis();
    const place = await emptyPlace();
    await planFor(place, COUNT, { chunk: CHUNK });
    const workers = [1, 2, 3, 4].map(() => startWorker(place, service.url, PICTURE_MS));
    const chunks = COUNT / CHUNK;
    const kills = { workers: 0, redis: 0 };
    const began = performance.now();
    for (let round = 1; round <= 120; round++) {
      await sleep(KILL_EVERY_MS);
      if ((await shardsOf(place)).size >= chunks) break;
      const at = Math.floor(Math.random() * workers.length);
      if (workers[at]?.child.kill('SIGKILL')) kills.workers++;
      workers[at] = startWorker(place, service.url, PICTURE_MS);
      if (round === 4 || round === 9) {
        await service.restart();
        kills.redis++;
      }
    }
    for (const { ended } of workers) expect((await ended).code).toBe(0);
    console.info(
      `storm: ${COUNT} pictures in ${Math.round((performance.now() - began) / 1000)} s, ${kills.workers} workers and ${kills.redis} times Redis killed`,
    );
    expect(kills.redis).toBe(2);
    const one = await emptyPlace();
    const plan = await planFor(one, COUNT, { chunk: CHUNK });
    await workOn({ place: one, openRecognizer: async () => stub() });
    const merged = async (from: Place) => {
      const out = join(from.url, 'merged.jsonl');
      await merge(allRows(plan, from), plan, 'jsonl', out);
      return createHash('sha256')
        .update(await readFile(out))
        .digest('hex');
    };
    expect((await shardsOf(place)).size).toBe(chunks);
    expect(await merged(place)).toBe(await merged(one));
    expect(await place.list('begun-')).toEqual([]);
  },
);
