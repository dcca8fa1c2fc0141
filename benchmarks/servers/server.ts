import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { BenchModel } from '../contenders/contender.ts';
import { type TreeUsage, treeUsage } from '../process-tree.ts';

export interface ServerSettings {
  readonly cores: number;
  /** Pictor only: time after which an answer is worth nothing. */
  readonly deadlineMs?: number;
}

/** What a server's own process says since it was last asked. */
export interface Usage {
  /** Of the thread that serves. */
  readonly eventLoopDelayP99Ms: number;
}

export interface BenchServer {
  readonly key: string;
  readonly pid: number;
  readonly url: URL;
  usage(): Promise<Usage & TreeUsage>;
  close(): Promise<void>;
}

const main = fileURLToPath(new URL('main.ts', import.meta.url));

/**
 * Starts a server on a free port of this machine.
 *
 * @param key `pictor`, or a file in `contenders/` that Hono is put around
 */
export async function startServer(
  key: string,
  model: BenchModel,
  settings: ServerSettings,
): Promise<BenchServer> {
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', main, key, JSON.stringify(model), JSON.stringify(settings)],
    { stdio: ['pipe', 'pipe', 'inherit'], env: { ...process.env, ORT_DISABLE_TELEMETRY: '1' } },
  );
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async <Answer>(): Promise<Answer> => {
    const { value, done } = await lines.next();
    if (done) throw new Error(`the ${key} server ended before it answered`);
    return JSON.parse(String(value)) as Answer;
  };
  const { port } = await next<{ port: number }>();
  return {
    key,
    pid: child.pid ?? 0,
    url: new URL(`http://127.0.0.1:${port}/`),
    async usage() {
      child.stdin.write('usage\n');
      return { ...(await next<Usage>()), ...treeUsage(child.pid ?? 0) };
    },
    async close() {
      child.stdin.end('close\n');
      await ended;
    },
  };
}
