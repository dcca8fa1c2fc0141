/**
 * Resident memory of a server under load: `npm run memory` starts the real server in a process of its own, sends it
 * 2,000 pictures at concurrency 4, and fails when all its processes together are at 256 MB or more, or grow by more than
 * 5 % over the second thousand.
 *
 * Three figures. `alone` is what the processes would take on a machine of their own, as the memory limit of a container
 * or a function counts it: what is private to each, and every file (the program itself, libraries) once; the bounds are
 * held against it. PSS is less where other programs share those files. The sum of RSS counts files once for each process.
 * Linux only.
 *
 * @module
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { dataPath, hasData } from '../test/support/data.ts';
import { squeezenetReference } from '../test/support/squeezenet.ts';

const LIMIT_MB = 256;
const MAX_GROWTH = 0.05;
const CONCURRENCY = 4;
/** Requests between two looks at the memory. */
const STEP = 50;

const { values } = parseArgs({
  options: {
    model: { type: 'string', short: 'm' },
    requests: { type: 'string', short: 'n', default: '2000' },
    workers: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});

interface Sample {
  readonly requests: number;
  readonly aloneMb: number;
  readonly pssMb: number;
  readonly rssMb: number;
  /** RSS of the process that answers requests; the rest is workers. */
  readonly serverRssMb: number;
}

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = await mkdtemp(join(tmpdir(), 'pictor-memory-'));
let server: ChildProcess | undefined;
try {
  const model = values.model ?? (await referenceModel());
  const bodies = await pictures();
  const started = await start(model);
  server = started.process;
  const samples = await load(started.url, bodies, Number(values.requests), started.process);
  report(samples, model);
} finally {
  if (server?.exitCode === null) {
    server.kill('SIGTERM');
    await once(server, 'exit');
  }
  await rm(folder, { recursive: true, force: true });
}

/** SqueezeNet of the test data under its manifest; without the data, `squeezenet` of the store. */
async function referenceModel(): Promise<string> {
  if (!hasData) return 'squeezenet';
  const { manifest, path } = squeezenetReference();
  await symlink(path, join(folder, 'squeezenet1.1.onnx'));
  await writeFile(join(folder, 'manifest.json'), JSON.stringify(manifest));
  return join(folder, 'squeezenet1.1.onnx');
}

/** Photographs as the tutorial's client sends them, and raw; one with a megabyte of white space, which base64 may have. */
async function pictures(): Promise<{ readonly type: string; readonly body: Buffer }[]> {
  const place = hasData ? dataPath('imagenet') : join(root, 'examples', 'photos');
  const names = (await readdir(place)).filter((name) => /\.jpe?g$/i.test(name)).slice(0, 40);
  const photos = await Promise.all(names.map((name) => readFile(join(place, name))));
  const padded = `${photos[0]?.toString('base64') ?? ''}${' '.repeat(1_000_000)}`;
  const large = {
    type: 'application/json',
    body: Buffer.from(JSON.stringify({ picture: padded })),
  };
  const all = photos.flatMap((photo) => [
    { type: 'image/jpeg', body: photo },
    {
      type: 'application/json',
      body: Buffer.from(JSON.stringify({ picture: photo.toString('base64') })),
    },
  ]);
  return [...all, large];
}

async function start(model: string): Promise<{ readonly process: ChildProcess; readonly url: string }> {
  const workers = values.workers === undefined ? [] : ['--workers', values.workers];
  const args = [
    'dist/bundle/cli.js',
    'serve',
    '--port',
    '0',
    '--model',
    model,
    '--log-level',
    'silent',
    ...workers,
  ];
  const child = spawn(process.execPath, args, { cwd: root, stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.setEncoding('utf8');
  child.stderr.on('data', (text: string) => {
    said += text;
  });
  for (;;) {
    const url = /http:\/\/[\d.]+:\d+/.exec(said)?.[0];
    const ready = url === undefined ? undefined : await fetch(`${url}/readyz`);
    if (url !== undefined && ready?.ok) return { process: child, url };
    if (child.exitCode !== null) throw new Error(`The server ended: ${said}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function load(
  url: string,
  bodies: Awaited<ReturnType<typeof pictures>>,
  count: number,
  child: ChildProcess,
): Promise<Sample[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: CONCURRENCY });
  const samples: Sample[] = [{ requests: 0, ...(await memoryOf(child.pid ?? 0)) }];
  let next = 0;
  async function caller(): Promise<void> {
    while (next < count) {
      const index = next++;
      const picture = bodies[index % bodies.length];
      if (picture === undefined) throw new Error('No picture to send');
      await send(`${url}/image`, picture, agent);
      if ((index + 1) % STEP === 0) {
        samples.push({ requests: index + 1, ...(await memoryOf(child.pid ?? 0)) });
      }
    }
  }
  await Promise.all(Array.from({ length: CONCURRENCY }, caller));
  agent.destroy();
  return samples.sort((a, b) => a.requests - b.requests);
}

function send(url: string, { type, body }: { type: string; body: Buffer }, agent: Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': type, 'content-length': body.length };
    const outgoing = request(url, { agent, method: 'POST', headers }, (incoming) => {
      incoming.resume();
      incoming.on('end', () => {
        if (incoming.statusCode === 200) resolve();
        else reject(new Error(`The server answered ${incoming.statusCode}`));
      });
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

/** A process and its children, megabytes. */
async function memoryOf(pid: number): Promise<Omit<Sample, 'requests'>> {
  const children = (await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')).split(' ').filter(Boolean);
  const sum = { rssMb: 0, pssMb: 0, serverRssMb: 0, aloneMb: 0 };
  /** Most that any one process has of a part of a file. */
  const files = new Map<string, number>();
  for (const one of [pid, ...children.map(Number)]) {
    for (const { place, rss, pss, own } of await mappings(one)) {
      sum.rssMb += rss;
      sum.pssMb += pss;
      sum.aloneMb += own;
      if (one === pid) sum.serverRssMb += rss;
      files.set(place, Math.max(files.get(place) ?? 0, rss - own));
    }
  }
  for (const shared of files.values()) sum.aloneMb += shared;
  return sum;
}

/** What a process has in memory, megabytes. */
async function mappings(pid: number) {
  const text = await readFile(`/proc/${pid}/smaps`, 'utf8');
  return text.split(/\n(?=[0-9a-f]+-[0-9a-f]+ )/).map((mapping) => {
    const [, offset, file] = /^\S+ \S+ (\S+) \S+ \d+ *(.*)/.exec(mapping) ?? [];
    const size = (name: string) =>
      Number(new RegExp(`^${name}: +(\\d+)`, 'm').exec(mapping)?.[1] ?? 0) / 1024;
    const rss = size('Rss');
    // Clean pages of a file are the file's, also when only one process has them just now.
    const own = file?.startsWith('/') ? size('Private_Dirty') : rss;
    return { place: `${file}@${offset}`, rss, pss: size('Pss'), own };
  });
}

function report(samples: readonly Sample[], model: string): void {
  const half = Number(values.requests) / 2;
  const tail = (end: number) =>
    samples.filter(({ requests }) => requests > end - half / 4 && requests <= end);
  const mean = (list: readonly Sample[]) => list.reduce((sum, { aloneMb }) => sum + aloneMb, 0) / list.length;
  const growth = mean(tail(2 * half)) / mean(tail(half)) - 1;
  const peak = (key: 'aloneMb' | 'pssMb' | 'rssMb') => Math.max(...samples.map((sample) => sample[key]));
  const ok = peak('aloneMb') < LIMIT_MB && growth <= MAX_GROWTH;
  const figures = {
    model,
    requests: 2 * half,
    concurrency: CONCURRENCY,
    peakAloneMb: Math.round(peak('aloneMb')),
    peakPssMb: Math.round(peak('pssMb')),
    peakRssMb: Math.round(peak('rssMb')),
    growthOverSecondHalf: Number(growth.toFixed(4)),
    limitMb: LIMIT_MB,
    ok,
  };
  if (values.json) process.stdout.write(`${JSON.stringify({ ...figures, samples })}\n`);
  else {
    for (const { requests, aloneMb, pssMb, rssMb, serverRssMb } of samples) {
      if (requests % (half / 4) !== 0) continue;
      const parts = `${serverRssMb.toFixed(0)} + ${(rssMb - serverRssMb).toFixed(0)}`;
      process.stdout.write(
        `${String(requests).padStart(6)} requests  ${aloneMb.toFixed(0)} MB  PSS ${pssMb.toFixed(0)} MB  RSS ${rssMb.toFixed(0)} MB (${parts})\n`,
      );
    }
    process.stdout.write(
      `peak ${figures.peakAloneMb} MB of ${LIMIT_MB} (PSS ${figures.peakPssMb} MB, sum of RSS ${figures.peakRssMb} MB), growth ${(growth * 100).toFixed(1)} % (at most ${MAX_GROWTH * 100} %): ${ok ? 'ok' : 'TOO MUCH'}\n`,
    );
  }
  if (!ok) process.exitCode = 1;
}
