/**
 * A process of the function with a bound on its memory.
 *
 * @module
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import type { InstanceOptions } from './types.ts';

/** How often the memory is looked at, milliseconds. */
const WATCH_MS = 50;

export interface FunctionProcess {
  readonly child: ChildProcess;
  /** Whether it was ended for its memory. */
  readonly outOfMemory: boolean;
  /** Resolves with the reason when the process is gone. */
  readonly gone: Promise<string>;
  kill(): Promise<void>;
}

/**
 * Starts Node.js with nothing of this process's environment that a platform would not have.
 *
 * @param args of Node.js
 * @param options folder, memory, environment
 * @param env variables of the platform
 */
export function startProcess(
  args: readonly string[],
  options: Pick<InstanceOptions, 'folder' | 'memoryBytes' | 'env' | 'onOutput'>,
  env: Readonly<Record<string, string>>,
): FunctionProcess {
  const child = spawn(process.execPath, [...args], {
    cwd: options.folder,
    env: { PATH: process.env.PATH, HOME: options.folder, TZ: 'UTC', LANG: 'C.UTF-8', ...env, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let last = '';
  const listen = (chunk: Buffer) => {
    last = (last + chunk.toString('utf8')).slice(-2000);
    options.onOutput?.(chunk.toString('utf8'));
  };
  child.stdout?.on('data', listen);
  child.stderr?.on('data', listen);
  let outOfMemory = false;
  const timer = setInterval(() => void watch(), WATCH_MS);
  timer.unref();

  async function watch(): Promise<void> {
    if (options.memoryBytes === undefined || child.pid === undefined) return;
    if ((await residentBytes(child.pid)) <= options.memoryBytes) return;
    outOfMemory = true;
    child.kill('SIGKILL');
  }

  const gone = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(error.message));
    child.once('close', (code, signal) => {
      clearInterval(timer);
      const how = signal === null ? `exit code ${code}` : `signal ${signal}`;
      resolve(last.trim() === '' ? how : `${how}: ${lastLines(last.trim(), 600)}`);
    });
  });
  return {
    child,
    get outOfMemory() {
      return outOfMemory;
    },
    gone,
    async kill() {
      child.kill('SIGKILL');
      await gone;
    },
  };
}

/** The end of a text, from the start of a line. */
function lastLines(text: string, length: number): string {
  if (text.length <= length) return text;
  const end = text.slice(-length);
  return end.slice(end.indexOf('\n') + 1);
}

/** Of a process and its children, as a platform counts. Linux only; elsewhere there is no bound. */
async function residentBytes(pid: number): Promise<number> {
  const [status, children] = await Promise.all([
    readFile(`/proc/${pid}/status`, 'utf8').catch(() => ''),
    readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => ''),
  ]);
  const own = Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1024;
  const below = await Promise.all(children.split(' ').filter(Boolean).map(Number).map(residentBytes));
  return below.reduce((sum, bytes) => sum + bytes, own);
}
