/**
 * Runs inside the emulated process: what a platform's runtime does between the platform and the handler. Bundled and
 * started by `instance.ts`; it must load nothing, because its time counts as the function's.
 *
 * @module
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import { installAzureHost } from './azure-host.ts';

/** What the runner is told when it starts. */
export interface RunnerSetup {
  readonly platform: string;
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

type Handler = (...args: readonly unknown[]) => unknown;

const boot = performance.now();
const setup = JSON.parse(process.argv[2] ?? '{}') as RunnerSetup;
const azure = setup.platform === 'azure' ? installAzureHost() : undefined;
const exported = createRequire(setup.file)(setup.file) as Record<string, Handler | undefined>;
const load = performance.now();

if (azure !== undefined) listenFor((request, body, response) => azure.answer(request, body, response));
else {
  const handler = exported[setup.handler];
  if (handler === undefined) throw new Error(`${setup.file} exports no ${setup.handler}`);
  if (setup.platform === 'gcf') {
    // The functions framework reads the body first and hands it over as `rawBody`.
    listenFor((request, rawBody, response) => handler(Object.assign(request, { rawBody }), response));
  } else {
    process.on('message', (call: RunnerCall) => void answer(handler, call));
    say({ type: 'up' });
  }
}

async function answer(handle: Handler, call: RunnerCall): Promise<void> {
  const ends = Date.now() + call.timeoutMs;
  const left = () => Math.max(0, ends - Date.now());
  try {
    const result = await handle(...argumentsFor(setup.platform, call, left));
    // What cannot be written as JSON no platform can send.
    say({ type: 'answer', result: JSON.parse(JSON.stringify(result ?? null)), phases: phases() });
  } catch (thrown) {
    say({
      type: 'failed',
      reason: thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown),
    });
  }
}

/** Event and context as each runtime makes them. */
function argumentsFor(platform: string, call: RunnerCall, left: () => number): readonly unknown[] {
  const { id, event, timeoutMs, memoryMb } = call;
  switch (platform) {
    case 'scf':
      return [
        event,
        {
          request_id: id,
          function_name: 'pictor',
          function_version: '$LATEST',
          namespace: 'default',
          memory_limit_in_mb: memoryMb,
          time_limit_in_ms: timeoutMs,
          getRemainingTimeInMillis: left,
        },
      ];
    case 'lambda':
      return [
        event,
        {
          awsRequestId: id,
          functionName: 'pictor',
          functionVersion: '$LATEST',
          memoryLimitInMB: String(memoryMb),
          getRemainingTimeInMillis: left,
        },
      ];
    case 'fc':
      return [
        Buffer.from(JSON.stringify(event)),
        { requestId: id, function: { name: 'pictor', memory: memoryMb, timeout: timeoutMs / 1000 } },
      ];
    default:
      return [event, { getRequestID: () => id, getRemainingTimeInMilliSeconds: left }];
  }
}

/** Serves a function that is asked over HTTP, and tells of each answer. */
function listenFor(
  handle: (request: IncomingMessage, body: Buffer, response: ServerResponse) => unknown,
): void {
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

function phases(): RunnerPhases {
  const at = (name: string) => performance.getEntriesByName(name)[0]?.startTime;
  return {
    boot,
    load,
    session: at('pictor:session'),
    app: at('pictor:app'),
    answer: performance.now(),
    // Kilobytes on Linux.
    rss: process.resourceUsage().maxRSS * 1024,
  };
}

function say(message: RunnerMessage): void {
  process.send?.(message);
}
