/**
 * Runs the engine for long under faults and says whether anything was lost, answered wrongly, or leaked.
 *
 *     npx tsx scripts/soak.ts --pictures 20000 --concurrency 16
 *     npx tsx scripts/soak.ts --lifecycles 50
 *
 * After `--seconds` (default 570) it asks for no more and reports on what there was. Prints one JSON object; exits with 1 when a request was lost or wrong, or memory grew.
 */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { createEngine } from '../src/engine/engine.ts';
import { squeezenetReference } from '../test/support/squeezenet.ts';
import { runLifecycles } from './soak/lifecycles.ts';
import { runPictures } from './soak/pictures.ts';
import { seeded } from './soak/random.ts';

const { values } = parseArgs({
  options: {
    pictures: { type: 'string', default: '20000' },
    lifecycles: { type: 'string' },
    concurrency: { type: 'string', default: '16' },
    workers: { type: 'string' },
    seconds: { type: 'string', default: '570' },
    seed: { type: 'string', default: '1' },
  },
});

const model = squeezenetReference();
const until = performance.now() + Number(values.seconds) * 1000;
const workers = values.workers === undefined ? {} : { workers: Number(values.workers) };
const report =
  values.lifecycles === undefined
    ? await runPictures(() => createEngine(workers), model, {
        pictures: Number(values.pictures),
        concurrency: Number(values.concurrency),
        until,
        random: seeded(Number(values.seed)),
      })
    : await runLifecycles(() => createEngine(workers), model, { rounds: Number(values.lifecycles), until });
console.log(JSON.stringify({ node: process.version, cpus: availableParallelism(), ...report }));
process.exitCode = report.ok ? 0 : 1;
