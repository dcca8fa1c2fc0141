/**
 * Cold start of a packed function against the least that is possible: a script that loads onnxruntime-node, creates the
 * same session and runs it once. Runs are interleaved, so that a busy machine troubles both alike; medians count.
 *
 * npx tsx scripts/cold-start.ts --model <id or path> [--image photo.jpg] [--runs 15] [--platform scf] [--json]
 *
 * @module
 */
import { fork } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { unzipSync } from 'fflate';
import { startInstance } from '../src/deploy/emulate/instance.ts';
import { writeRunnerFile } from '../src/deploy/emulate/runner-file.ts';
import type { Phases } from '../src/deploy/emulate/types.ts';
import { packFunction } from '../src/deploy/pack/pack-function.ts';
import { cpuQuota } from '../src/engine/cpu-quota.ts';
import { openModelStore } from '../src/models/store/store.ts';
import { platformOf } from '../src/platforms/registry.ts';
import type { GatewayRequest } from '../src/platforms/shared/gateway.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const { values } = parseArgs({
  options: {
    model: { type: 'string' },
    image: { type: 'string', default: join(root, 'examples/photos/cat.jpg') },
    platform: { type: 'string', default: 'scf' },
    runs: { type: 'string', default: '15' },
    json: { type: 'boolean', default: false },
  },
});
if (values.model === undefined) throw new Error('--model is missing');

const work = await mkdtemp(join(tmpdir(), 'pictor-cold-start-'));
try {
  await using runner = await writeRunnerFile(platformOf(values.platform));
  const result = await compare(values.model, runner.path);
  process.stdout.write(values.json ? `${JSON.stringify(result)}\n` : describe(result));
} finally {
  await rm(work, { recursive: true, force: true });
}

interface Comparison {
  readonly runs: number;
  readonly minimalMs: number;
  readonly functionMs: number;
  readonly ratio: number;
  readonly rssBytes: number;
  /** Medians, milliseconds since the process began. */
  readonly phases: Omit<Phases, 'rss'>;
}

async function compare(reference: string, runner: string): Promise<Comparison> {
  const out = join(work, 'function.zip');
  const { manifest } = await packFunction({ platform: values.platform, model: reference, out, boot: false });
  const folder = join(work, 'function');
  for (const [name, bytes] of Object.entries(unzipSync(await readFile(out)))) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), bytes);
  }
  const { path } = await openModelStore().resolve(reference);
  const { width, height, layout, name } = manifest.input;
  const dims = layout === 'NCHW' ? [1, 3, height, width] : [1, height, width, 3];
  const minimal = await writeMinimal({ path, dims, input: name });
  const request = await question(values.image);
  const platform = platformOf(values.platform);

  const minimals: number[] = [];
  const functions: number[] = [];
  const phases: Phases[] = [];
  const runs = Number(values.runs);
  for (let run = -1; run < runs; run++) {
    const plain = await timeMinimal(minimal);
    const started = performance.now();
    await using instance = startInstance({ platform, folder, timeoutMs: 60_000 }, runner);
    const outcome = await instance.call(request);
    const took = performance.now() - started;
    if (outcome.kind !== 'answered' || outcome.response.status !== 200) {
      throw new Error(`The function did not answer: ${JSON.stringify(outcome).slice(0, 500)}`);
    }
    // The first round fills the page cache.
    if (run < 0) continue;
    minimals.push(plain);
    functions.push(took);
    if (outcome.phases) phases.push(outcome.phases);
  }
  const of = (pick: (one: Phases) => number | undefined) => median(phases.map((one) => pick(one) ?? 0));
  return {
    runs,
    minimalMs: median(minimals),
    functionMs: median(functions),
    ratio: median(functions) / median(minimals),
    rssBytes: Math.max(0, ...phases.map(({ rss }) => rss)),
    phases: {
      boot: of(({ boot }) => boot),
      load: of(({ load }) => load),
      app: of(({ app }) => app),
      session: of(({ session }) => session),
      answer: of(({ answer }) => answer),
    },
  };
}

/** Same library, same session options, same number of threads; zeros for a picture. */
async function writeMinimal(model: {
  readonly path: string;
  readonly dims: readonly number[];
  readonly input: string | undefined;
}): Promise<string> {
  const file = join(work, 'minimal.cjs');
  const library = createRequire(import.meta.url).resolve('onnxruntime-node');
  const size = model.dims.reduce((product, dim) => product * dim, 1);
  await writeFile(
    file,
    `process.env.ORT_DISABLE_TELEMETRY = '1';
const ort = require(${JSON.stringify(library)});
ort.InferenceSession.create(${JSON.stringify(model.path)}, {
  graphOptimizationLevel: 'all', executionMode: 'sequential', intraOpNumThreads: ${cpuQuota()}, interOpNumThreads: 1,
  logSeverityLevel: 3, extra: { session: { intra_op: { allow_spinning: '0' }, inter_op: { allow_spinning: '0' } } },
}).then(async (session) => {
  const name = ${JSON.stringify(model.input)} ?? session.inputNames[0];
  await session.run({ [name]: new ort.Tensor('float32', new Float32Array(${size}), ${JSON.stringify(model.dims)}) });
  process.send('done', () => process.exit());
});
`,
  );
  return file;
}

function timeMinimal(file: string): Promise<number> {
  const started = performance.now();
  return new Promise((resolve, reject) => {
    const child = fork(file, { execArgv: [] });
    let took = 0;
    child.once('message', () => {
      took = performance.now() - started;
    });
    child.once('error', reject);
    child.once('exit', (code) => (took > 0 ? resolve(took) : reject(new Error(`exit code ${code}`))));
  });
}

async function question(image: string): Promise<GatewayRequest> {
  const picture = await readFile(image);
  const body = Buffer.from(JSON.stringify({ picture: picture.toString('base64') }));
  return {
    id: 'cold-start',
    method: 'POST',
    path: '/image',
    query: '',
    headers: [
      ['Host', 'localhost'],
      ['Content-Type', 'application/json'],
    ],
    body,
    sourceIp: '127.0.0.1',
  };
}

function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

function describe(result: Comparison): string {
  const ms = (value: number | undefined) => `${(value ?? Number.NaN).toFixed(0)} ms`;
  const { phases } = result;
  return `minimal script   ${ms(result.minimalMs)}
packed function  ${ms(result.functionMs)}  (${result.ratio.toFixed(2)} times, median of ${result.runs})
  boot ${ms(phases.boot)}, code loaded ${ms(phases.load)}, application ${ms(phases.app)}, session ${ms(phases.session)}, answer ${ms(phases.answer)}
  memory ${(result.rssBytes / 2 ** 20).toFixed(0)} MiB at most
`;
}
