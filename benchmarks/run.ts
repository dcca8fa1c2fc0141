/**
 * `npm run bench`: all cases in one run; `-- --quick` a short form, `--json` for machines, `--only case,case`,
 * `--rounds n`, `--save` to write docs/benchmarks.md.
 *
 * @module
 */
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { cpuQuota } from '../src/engine/cpu-quota.ts';
import type { Settings } from './cases/settings.ts';
import { runCases } from './cases.ts';
import { describeMachine } from './machine.ts';
import { DATA } from './models.ts';
import { renderReport } from './report.ts';

const { values: flags } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    only: { type: 'string' },
    rounds: { type: 'string' },
    /** Writes docs/benchmarks.md and benchmarks/results. */
    save: { type: 'boolean', default: false },
  },
});

const folder = await mkdtemp(join(tmpdir(), 'pictor-bench-'));
const log = (line: string) => process.stderr.write(`${line}\n`);
try {
  const imagenet = join(DATA, 'imagenet');
  const pictures = (await readdir(imagenet)).filter((name) => name.endsWith('.JPEG')).sort();
  const settings: Settings = {
    quick: flags.quick,
    cores: cpuQuota(),
    rounds: Number(flags.rounds ?? (flags.quick ? 2 : 5)),
    turnMs: flags.quick ? 2_000 : 5_000,
    pictures: pictures.map((name) => join(imagenet, name)),
    folder,
    log,
  };
  const results = await runCases(settings, flags.only?.split(','));
  const report = { machine: describeMachine(), quick: flags.quick, results };
  const text = renderReport(report);
  process.stdout.write(flags.json ? `${JSON.stringify(report)}\n` : text);
  if (flags.save) {
    const root = fileURLToPath(new URL('..', import.meta.url));
    await mkdir(join(root, 'benchmarks/results'), { recursive: true });
    await writeFile(join(root, 'benchmarks/results/latest.json'), `${JSON.stringify(report, round)}\n`);
    await writeFile(join(root, 'docs/benchmarks.md'), text);
  }
} finally {
  await rm(folder, { recursive: true, force: true });
}

/** Raw samples need no more than four digits. */
function round(_key: string, value: unknown): unknown {
  return typeof value === 'number' ? Number(value.toPrecision(5)) : value;
}
