/**
 * Runs the engine for long under faults and says whether anything was lost, answered wrongly, or leaked.
 *
 *     npx tsx scripts/soak.ts --pictures 20000 --concurrency 16
 *     npx tsx scripts/soak.ts --lifecycles 50
 *     npx tsx scripts/soak.ts --hostile --seconds 120
 *
 * After `--seconds` (default 570) it asks for no more and reports on what there was. Prints one JSON object; exits with 1 when a request was lost or wrong, or memory grew.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createEngine } from '../src/engine/engine.ts';
import { squeezenetReference } from '../test/support/squeezenet.ts';
import { runHostile } from './soak/hostile.ts';
import { runLifecycles } from './soak/lifecycles.ts';
import { runPictures } from './soak/pictures.ts';
import { seeded } from './soak/random.ts';

const { values } = parseArgs({
  options: {
    pictures: { type: 'string', default: '20000' },
    lifecycles: { type: 'string' },
    hostile: { type: 'boolean', default: false },
    concurrency: { type: 'string', default: '16' },
    workers: { type: 'string' },
    seconds: { type: 'string', default: '570' },
    seed: { type: 'string', default: '1' },
  },
});

const until = performance.now() + Number(values.seconds) * 1000;
const workers = values.workers === undefined ? {} : { workers: Number(values.workers) };
const report = values.hostile
  ? await hostileReport()
  : values.lifecycles === undefined
    ? await runPictures(() => createEngine(workers), squeezenetReference(), {
        pictures: Number(values.pictures),
        concurrency: Number(values.concurrency),
        until,
        random: seeded(Number(values.seed)),
      })
    : await runLifecycles(() => createEngine(workers), squeezenetReference(), {
        rounds: Number(values.lifecycles),
        until,
      });
console.log(JSON.stringify({ node: process.version, cpus: availableParallelism(), ...report }));
process.exitCode = report.ok ? 0 : 1;

async function hostileReport() {
  const folder = await mkdtemp(join(tmpdir(), 'pictor-soak-'));
  try {
    return await runHostile({ folder, until, random: seeded(Number(values.seed)) });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
