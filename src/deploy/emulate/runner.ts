/**
 * Runs inside the emulated process, between the platform and the handler. Bundled with the platform's `host.ts`; it must
 * load nothing, because its time counts as the function's.
 *
 * @module
 */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import type { AnswerHttp, HandlerFunction, Host } from '../../platforms/shared/host.ts';

/** What the runner is told when it starts. */
export interface RunnerSetup {
  /** Absolute path of the entry. */
  readonly file: string;
  /** Name of the exported handler. */
  readonly handler: string;
}

/** One call of an event function. */
export interface RunnerCall {
  readonly id: string;
  readonly event: unknown;
  readonly timeoutMs: number;
  readonly memoryMb: number;
}

/** What the runner says. */
export type RunnerMessage =
  | { readonly type: 'up'; readonly port?: number }
  | { readonly type: 'answer'; readonly result: unknown; readonly phases: RunnerPhases }
  | { readonly type: 'failed'; readonly reason: string };

export interface RunnerPhases {
  readonly boot: number;
  readonly load: number;
  readonly session?: number | undefined;
  readonly app?: number | undefined;
  readonly answer: number;
  readonly rss: number;
}

const boot = performance.now();

/**
 * Loads the function and answers for it.
 *
 * @param host of the platform
 */
export function run(host: Host): void {
  const setup = JSON.parse(process.argv[2] ?? '{}') as RunnerSetup;
  const answering = host.kind === 'http' ? host.prepare() : undefined;
  const exported = createRequire(setup.file)(setup.file) as Record<string, HandlerFunction | undefined>;
  const load = performance.now();
  const phases = () => phasesSince(load);
  if (host.kind === 'http') {
    if (answering) listenFor(answering(exported), phases);
    return;
  }
  const handler = exported[setup.handler];
  if (handler === undefined) throw new Error(`${setup.file} exports no ${setup.handler}`);
  process.on('message', (call: RunnerCall) => {
    const ends = Date.now() + call.timeoutMs;
    const args = host.argumentsFor({ ...call, left: () => Math.max(0, ends - Date.now()) });
    void answer(() => handler(...args), phases);
  });
  say({ type: 'up' });
}

async function answer(handle: () => unknown, phases: () => RunnerPhases): Promise<void> {
  try {
    const result = await handle();
    // What cannot be written as JSON no platform can send.
    say({ type: 'answer', result: JSON.parse(JSON.stringify(result ?? null)), phases: phases() });
  } catch (thrown) {
    say({
      type: 'failed',
      reason: thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown),
    });
  }
}

/** Serves a function that is asked over HTTP, and tells of each answer. */
function listenFor(handle: AnswerHttp, phases: () => RunnerPhases): void {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    response.on('finish', () => say({ type: 'answer', result: null, phases: phases() }));
    try {
      await handle(request, Buffer.concat(chunks), response);
    } catch (thrown) {
      process.stderr.write(`${thrown instanceof Error ? thrown.stack : String(thrown)}\n`);
      response.writeHead(500).end();
    }
  });
  server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    say({ type: 'up', port: typeof address === 'object' && address !== null ? address.port : 0 });
  });
}

function phasesSince(load: number): RunnerPhases {
  const at = (name: string) => performance.getEntriesByName(name)[0]?.startTime;
  return {
    boot,
    load,
    session: at('pictor:session'),
    app: at('pictor:app'),
    answer: performance.now(),
    rss: peakBytes(),
  };
}

/**
 * Resident memory at its highest. Not `maxRSS` where there is another figure: on Linux that begins with what the process
 * had that started this one.
 */
function peakBytes(): number {
  try {
    const peak = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync('/proc/self/status', 'latin1'))?.[1];
    if (peak !== undefined) return Number(peak) * 1024;
  } catch {
    // No Linux.
  }
  return process.resourceUsage().maxRSS * 1024;
}

function say(message: RunnerMessage): void {
  process.send?.(message);
}
