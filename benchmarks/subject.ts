/**
 * A contender's process, seen from the runner.
 *
 * @module
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { BareCost } from './contenders/bare.ts';
import type { BenchModel, LoadSettings } from './contenders/contender.ts';
import { treeUsage } from './process-tree.ts';

export type Command =
  | ({ readonly cmd: 'load'; readonly model: BenchModel } & LoadSettings)
  | { readonly cmd: 'answers'; readonly pictures: readonly string[] }
  | {
      readonly cmd: 'run';
      readonly pictures: readonly string[];
      readonly concurrency: number;
      readonly durationMs: number;
    }
  | {
      readonly cmd: 'bare';
      readonly model: BenchModel;
      readonly pictures: readonly string[];
      readonly durationMs: number;
    }
  | { readonly cmd: 'close' };

/** What a contender did in a stretch of time. */
export interface RunResult {
  readonly pictures: number;
  readonly wallMs: number;
  /** Processor time of the process and its descendants. */
  readonly cpuMs: number;
  /** Milliseconds of each call. */
  readonly latencies: readonly number[];
  /** Memory of the process and its descendants afterwards; shared pages count once. */
  readonly memoryMb: number;
}

export interface Subject {
  readonly key: string;
  readonly name: string;
  readonly version: string;
  answers(pictures: readonly string[]): Promise<readonly (readonly number[])[]>;
  run(pictures: readonly string[], concurrency: number, durationMs: number): Promise<RunResult>;
  close(): Promise<void>;
}

/** Debian's python3-opencv belongs to the system's own Python. */
const PYTHON = process.env.PICTOR_BENCH_PYTHON ?? '/usr/bin/python3';
const child = fileURLToPath(new URL('child.ts', import.meta.url));
const opencv = fileURLToPath(new URL('contenders/opencv.py', import.meta.url));

/**
 * Starts a contender and loads the model.
 *
 * @param key name of a file in `contenders/`
 * @throws when the contender cannot run here (a library that is not installed)
 */
export async function startSubject(key: string, model: BenchModel, settings: LoadSettings): Promise<Subject> {
  const line = openLine(key);
  // A contender that cannot run must not keep the benchmark's process alive.
  const { name, version } = await line
    .ask<{ name: string; version: string }>({ cmd: 'load', model, ...settings })
    .catch(async (thrown: unknown) => {
      await line.close();
      throw thrown;
    });
  return {
    key,
    name,
    version,
    answers: async (pictures) =>
      (await line.ask<{ topFive: number[][] }>({ cmd: 'answers', pictures })).topFive,
    async run(pictures, concurrency, durationMs) {
      const before = treeUsage(line.pid);
      const result = await line.ask<Omit<RunResult, 'cpuMs' | 'memoryMb'>>({
        cmd: 'run',
        pictures,
        concurrency,
        durationMs,
      });
      const { cpuMs, memoryMb } = treeUsage(line.pid);
      return { ...result, cpuMs: cpuMs - before.cpuMs, memoryMb };
    },
    close: line.close,
  };
}

/** Processor time that decoding and inference cannot go below, measured in a process of its own. */
export async function bareCost(
  model: BenchModel,
  pictures: readonly string[],
  durationMs: number,
): Promise<BareCost> {
  const line = openLine('bare');
  try {
    return await line.ask({ cmd: 'bare', model, pictures, durationMs });
  } finally {
    await line.close();
  }
}

function openLine(key: string) {
  const process_ = start(key);
  const { stdin, stdout } = process_;
  if (stdin === null || stdout === null) throw new Error(`${key}: no pipes`);
  const answers = createInterface({ input: stdout })[Symbol.asyncIterator]();
  const ended = new Promise<void>((resolve) => process_.once('exit', () => resolve()));
  return {
    pid: process_.pid ?? 0,
    async ask<Answer>(command: Command): Promise<Answer> {
      stdin.write(`${JSON.stringify(command)}\n`);
      const { value, done } = await answers.next();
      if (done) throw new Error(`${key} ended before it answered`);
      const answer = JSON.parse(String(value)) as Answer & { readonly error?: string };
      if (answer.error !== undefined) throw new Error(`${key}: ${answer.error}`);
      return answer;
    },
    async close(): Promise<void> {
      stdin.end(`${JSON.stringify({ cmd: 'close' })}\n`);
      await ended;
    },
  };
}

function start(key: string): ChildProcess {
  const env = { ...process.env, ORT_DISABLE_TELEMETRY: '1' };
  return key === 'opencv'
    ? spawn(PYTHON, [opencv], { stdio: ['pipe', 'pipe', 'inherit'], env })
    : spawn(process.execPath, ['--import', 'tsx', child, key], { stdio: ['pipe', 'pipe', 'inherit'], env });
}
