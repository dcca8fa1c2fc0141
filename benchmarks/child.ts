/**
 * One contender in a process of its own, driven over standard input and output: a JSON object in, one out.
 *
 * @module
 */
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { measureBare } from './contenders/bare.ts';
import type { Contender, TopFive } from './contenders/contender.ts';
import type { Command, RunResult } from './subject.ts';

const makers: Readonly<Record<string, () => Promise<{ createContender(): Contender | Promise<Contender> }>>> =
  {
    pictor: () => import('./contenders/pictor.ts'),
    'pictor-one-worker': async () => ({
      createContender: (await import('./contenders/pictor.ts')).createOneWorker,
    }),
    'main-thread': () => import('./contenders/main-thread.ts'),
    transformers: () => import('./contenders/transformers.ts'),
    tfjs: () => import('./contenders/tfjs.ts'),
  };

// Libraries that greet their users must not disturb the protocol.
console.log = console.error;
console.info = console.error;

const name = process.argv[2] ?? '';
const make = makers[name];
const contender = make && (await (await make()).createContender());
let topFive: TopFive | undefined;

for await (const line of createInterface({ input: process.stdin })) {
  const command = JSON.parse(line) as Command;
  if (command.cmd === 'close') break;
  const answer = await handle(command).catch((thrown: unknown) => ({ error: String(thrown) }));
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
await contender?.close();

async function handle(command: Exclude<Command, { cmd: 'close' }>): Promise<unknown> {
  if (command.cmd === 'bare') {
    return measureBare(command.model, await readAll(command.pictures), command.durationMs);
  }
  if (contender === undefined) throw new Error(`no contender ${name}`);
  if (command.cmd === 'load') {
    topFive = await contender.load(command.model, command);
    return { name: contender.name, version: contender.version };
  }
  if (topFive === undefined) throw new Error('load first');
  const jpegs = await readAll(command.pictures);
  if (command.cmd === 'answers') {
    const answers: (readonly number[])[] = [];
    for (const jpeg of jpegs) answers.push(await topFive(jpeg));
    return { topFive: answers };
  }
  return run(topFive, jpegs, command.concurrency, command.durationMs);
}

async function run(
  classify: TopFive,
  jpegs: readonly Uint8Array[],
  concurrency: number,
  durationMs: number,
): Promise<Omit<RunResult, 'cpuMs' | 'memoryMb'>> {
  const latencies: number[] = [];
  const started = performance.now();
  let next = 0;
  const caller = async () => {
    while (performance.now() - started < durationMs) {
      const jpeg = jpegs[next++ % jpegs.length];
      if (jpeg === undefined) return;
      const before = performance.now();
      await classify(jpeg);
      latencies.push(performance.now() - before);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, caller));
  const wallMs = performance.now() - started;
  return {
    pictures: latencies.length,
    wallMs,
    latencies,
  };
}

function readAll(paths: readonly string[]): Promise<Uint8Array[]> {
  return Promise.all(paths.map((path) => readFile(path)));
}
