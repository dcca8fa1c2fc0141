/**
 * A server in a process of its own with 512 MB, and what is seen of it from outside while it is attacked.
 *
 * @module
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { onTestFinished, vi } from 'vitest';
import { environment, PROGRAM } from '../cli/support.ts';
import { writeSmallModel } from '../support/small-models.ts';

vi.setConfig({ testTimeout: 120_000 });

const MIB = 1024 * 1024;

export const LIMIT_BYTES = 512 * MIB;

/** The loader that runs TypeScript keeps a compiler of its own in memory; compiled files do without. */
const LOADER_BYTES = PROGRAM.includes('--import') ? 256 * MIB : 0;

export interface Victim {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** Everything that it has logged. */
  log(): string;
  /** Whether it is the process that was started. */
  alive(): boolean;
  /** Bytes of its process and its workers', as resident. */
  memory(): number;
  /** Runs an attack and says what others saw meanwhile. */
  during(attack: () => Promise<unknown>): Promise<Seen>;
}

export interface Seen {
  /**
   * Longest that `/healthz` waited for the server, milliseconds: the time to its answer, or what the server's main thread
   * worked meanwhile where that is less. On a machine with other work the first says little; the second is what it would be
   * on a machine of its own.
   */
  readonly slowestMs: number;
  readonly answers: number;
  readonly failures: number;
  /** Bytes before (or in ordinary work, if more), at most during, and after the attack. */
  readonly before: number;
  readonly peak: number;
  readonly after: number;
}

export interface VictimOptions {
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly models?: readonly ('colours' | 'halves' | 'safety')[];
  /** Run by a shell before the server, e.g. `ulimit -n 256`. */
  readonly shell?: string;
  readonly keys?: boolean;
}

export const SECRET = 'a-secret-of-the-test';

/** Starts a server over small models, ready to be asked. Ended with the test. */
export async function startVictim(options: VictimOptions = {}): Promise<Victim> {
  const folder = await mkdtemp(join(tmpdir(), 'pictor-hostile-'));
  const models = await Promise.all(
    (options.models ?? ['colours', 'halves', 'safety']).map((name) => writeSmallModel(folder, name)),
  );
  const group = createGroup();
  const heapMb = Math.floor((LIMIT_BYTES + LOADER_BYTES) / 2 / MIB);
  const [node = '', ...program] = PROGRAM;
  const command = [
    node,
    // What V8 takes by itself in a container of this size; without a control group nobody tells it.
    ...(group === undefined ? [`--max-old-space-size=${heapMb}`] : []),
    ...program,
    ...['serve', '--port', '0', '--log-format', 'json', '--workers', '1'],
    ...models.flatMap(({ path }) => ['--model', path]),
    ...(options.args ?? []),
  ];
  const enter = group === undefined ? ':' : `echo $$ > ${group}/cgroup.procs`;
  const child = spawn(
    '/bin/bash',
    ['-c', `${enter}; ${options.shell ?? ':'}; exec "$@"`, 'pictor', ...command],
    {
      env: environment({
        PICTOR_HOME: folder,
        ...(options.keys ? { PICTOR_KEYS: `victim:${SECRET}` } : {}),
        ...options.env,
      }),
      cwd: folder,
    },
  );
  let said = '';
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    log += text;
  });
  onTestFinished(async () => {
    await ended(child);
    if (group !== undefined) await removeGroup(group);
    await rm(folder, { recursive: true, force: true });
  });
  const url = await startOf(child, () => said);
  const pid = child.pid ?? 0;
  const usual = await warmUp(url, options.keys === true, pid);
  const victim: Victim = {
    url,
    port: Number(new URL(url).port),
    pid,
    log: () => log,
    alive: () => child.exitCode === null && child.signalCode === null,
    memory: () => treeMemory(pid),
    during: (attack) => watch(victim, usual, options.keys === true, attack),
  };
  return victim;
}

/**
 * Ordinary work: what a server has in memory that has worked for a while are compiled code and buffers that it keeps.
 *
 * @returns the most bytes that it had meanwhile
 */
async function warmUp(url: string, keys: boolean, pid: number): Promise<number> {
  const picture = await sharp({ create: { width: 640, height: 480, channels: 3, background: 'red' } })
    .jpeg()
    .toBuffer();
  const headers: Record<string, string> = keys ? { 'x-api-key': SECRET } : {};
  const bodies = [picture, JSON.stringify({ picture: picture.toString('base64') }), Buffer.alloc(8 * MIB)];
  let most = 0;
  for (let i = 0; i < 60; i++) {
    await fetch(`${url}/image`, { method: 'POST', body: bodies[i % 3] ?? '', headers }).then((answer) =>
      answer.text(),
    );
    most = Math.max(most, treeMemory(pid));
  }
  return most;
}

/** Milliseconds that the main thread of a process has worked. */
function mainThreadMs(pid: number): number {
  return Number(read(`/proc/${pid}/task/${pid}/schedstat`).split(' ')[0]) / 1e6;
}

async function startOf(child: ChildProcess, said: () => string): Promise<string> {
  for (let tries = 0; tries < 1200; tries++) {
    const url = /http:\/\/[\d.]+:\d+/.exec(said())?.[0];
    if (url !== undefined && (await fetch(`${url}/readyz`).catch(() => undefined))?.ok) return url;
    if (child.exitCode !== null || child.signalCode !== null) break;
    await pause(50);
  }
  throw new Error(`the server did not start: ${said()}`);
}

async function watch(
  victim: Victim,
  usual: number,
  keys: boolean,
  attack: () => Promise<unknown>,
): Promise<Seen> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  // The first request opens the connection and compiles its way.
  for (let i = 0; i < 5; i++) await healthMs(victim, agent);
  // Between two collections ordinary work takes more than at rest: that is the level to come back to.
  const before = Math.max(usual, victim.memory());
  let peak = before;
  let slowestMs = 0;
  let answers = 0;
  let failures = 0;
  let going = true;
  const looking = (async () => {
    while (going) {
      const ms = await healthMs(victim, agent).catch(() => undefined);
      if (ms === undefined) failures++;
      else {
        answers++;
        slowestMs = Math.max(slowestMs, ms);
      }
      peak = Math.max(peak, victim.memory());
      await pause(20);
    }
  })();
  try {
    await attack();
    // What the attack began may go on a little.
    await pause(500);
  } finally {
    going = false;
    await looking;
    agent.destroy();
  }
  // Memory comes back with the next collections, which work brings about.
  let after = victim.memory();
  for (let i = 0; i < 40 && after > before * 1.2; i++) {
    await warmUp(victim.url, keys, victim.pid);
    after = victim.memory();
  }
  return { slowestMs, answers, failures, before, peak, after };
}

async function healthMs({ port, pid }: Victim, agent: Agent): Promise<number> {
  const worked = mainThreadMs(pid);
  const start = performance.now();
  await new Promise<void>((resolve, reject) => {
    const sent = request({ port, host: '127.0.0.1', path: '/healthz', agent, timeout: 20_000 }, (answer) => {
      if (answer.statusCode !== 200) reject(new Error(`status ${answer.statusCode}`));
      answer.resume().on('end', resolve);
    });
    sent.on('timeout', () => sent.destroy(new Error('no answer')));
    sent.on('error', reject);
    sent.end();
  });
  return Math.min(performance.now() - start, mainThreadMs(pid) - worked);
}

export const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** A connection that sends exactly what it is told, and reads nothing unless it is told to. */
export function connectTo({ port }: Pick<Victim, 'port'>, localAddress = '127.0.0.1'): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', localAddress });
    onTestFinished(() => {
      socket.destroy();
    });
    socket.once('connect', () => resolve(socket));
    socket.once('error', reject);
    socket.on('error', () => {});
  });
}

function treeMemory(root: number): number {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const parent = / \d+ \((?:.*)\) \S (\d+)/s.exec(` ${read(`/proc/${name}/stat`)}`)?.[1];
    if (parent !== undefined) parents.set(Number(name), Number(parent));
  }
  let bytes = 0;
  for (const pid of parents.keys()) {
    for (let at: number | undefined = pid; at !== undefined && at > 1; at = parents.get(at)) {
      if (at !== root) continue;
      bytes += 1024 * Number(/^VmRSS:\s+(\d+)/m.exec(read(`/proc/${pid}/status`))?.[1] ?? 0);
      break;
    }
  }
  return bytes;
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), 5000);
  await exit;
  clearTimeout(timer);
}

const MEMORY_GROUPS = '/sys/fs/cgroup/memory';

/** A control group with the limit, where this process may make one: the kernel then ends what goes beyond it. */
function createGroup(): string | undefined {
  const group = join(MEMORY_GROUPS, `pictor-hostile-${process.pid}-${Math.random().toString(36).slice(2)}`);
  if (!existsSync(join(MEMORY_GROUPS, 'memory.limit_in_bytes'))) return undefined;
  try {
    mkdirSync(group);
    writeFileSync(join(group, 'memory.limit_in_bytes'), String(LIMIT_BYTES + LOADER_BYTES));
    return group;
  } catch {
    return undefined;
  }
}

async function removeGroup(group: string): Promise<void> {
  for (let tries = 0; tries < 20; tries++) {
    try {
      rmdirSync(group);
      return;
    } catch {
      // Its last process is still on its way out.
      await pause(100);
    }
  }
}
