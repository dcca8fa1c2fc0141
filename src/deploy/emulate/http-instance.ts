import { request as httpRequest } from 'node:http';
import { createServer, Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { GatewayRequest, GatewayResponse } from '../../platforms/shared/gateway.ts';
import { type FunctionProcess, startProcess } from './process.ts';
import type { RunnerMessage, RunnerSetup } from './runner.ts';
import type { Instance, InstanceOptions, Outcome, Phases } from './types.ts';

/** How often a port is tried while the server starts, milliseconds. */
const PORT_POLL_MS = 5;

/**
 * Starts a function that is an HTTP server itself (container, web function), or one that the runner serves over HTTP
 * (Google's framework, Azure's host).
 *
 * @param runner path of the runner file
 */
export function startHttpInstance(options: InstanceOptions, runner: string): Instance {
  const started = start(options, runner);
  let running: FunctionProcess | undefined;
  let phases: Phases | undefined;
  let alive = true;
  void started.then(({ process }) => {
    running = process;
    process.child.on('message', (said: RunnerMessage) => {
      if (said.type === 'answer') phases = said.phases;
    });
    void process.gone.then(() => {
      alive = false;
    });
  });
  const kill = async () => (await started).process.kill();

  async function call(request: GatewayRequest): Promise<Outcome> {
    const { process, port } = await started;
    const controller = new AbortController();
    const timer = setTimeout(() => controller.abort(), options.timeoutMs);
    try {
      return await Promise.race([
        port
          .then((number) => forward(request, number, controller.signal))
          .then(
            async (response): Promise<Outcome> => ({
              kind: 'answered',
              response,
              phases: isServer(options) ? undefined : await settled(() => phases),
            }),
          ),
        process.gone.then(
          (reason): Outcome =>
            process.outOfMemory ? { kind: 'out-of-memory' } : { kind: 'crashed', reason },
        ),
        new Promise<Outcome>((resolve) => {
          controller.signal.addEventListener('abort', () => resolve({ kind: 'timed-out' }));
        }),
      ]);
    } catch (thrown) {
      return { kind: 'failed', reason: thrown instanceof Error ? thrown.message : String(thrown) };
    } finally {
      clearTimeout(timer);
      phases = undefined;
    }
  }

  return {
    get pid() {
      return running?.child.pid;
    },
    call,
    get alive() {
      return alive;
    },
    close: kill,
    [Symbol.asyncDispose]: kill,
  };
}

/** Whether the function listens itself, without a runner around it. */
function isServer({ kind, platform }: InstanceOptions): boolean {
  return kind === 'web' || platform.calls.kind === 'server';
}

interface Started {
  readonly process: FunctionProcess;
  /** The port that it listens on, once it does. */
  readonly port: Promise<number>;
}

async function start(options: InstanceOptions, runner: string): Promise<Started> {
  if (!isServer(options)) {
    const setup: RunnerSetup = { file: join(options.folder, 'index.js'), handler: '' };
    const process = startProcess([runner, JSON.stringify(setup)], options, {});
    const port = new Promise<number>((resolve) => {
      process.child.on('message', (said: RunnerMessage) => {
        if (said.type === 'up') resolve(said.port ?? 0);
      });
    });
    return { process, port };
  }
  const number = await freePort();
  const process = startProcess(['server.js'], options, { PORT: String(number) });
  return { process, port: untilListening(number, process) };
}

/** The runner's account of a call comes with the answer. */
async function settled(read: () => Phases | undefined): Promise<Phases | undefined> {
  for (let i = 0; i < 50 && read() === undefined; i++) await sleep(2);
  return read();
}

async function untilListening(port: number, process: FunctionProcess): Promise<number> {
  let ended = false;
  void process.gone.then(() => {
    ended = true;
  });
  while (!ended && !(await canConnect(port))) await sleep(PORT_POLL_MS);
  return port;
}

function canConnect(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = new Socket();
    const end = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => end(true)).once('error', () => end(false));
    socket.connect(port, '127.0.0.1');
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}

function forward(request: GatewayRequest, port: number, signal: AbortSignal): Promise<GatewayResponse> {
  return new Promise((resolve, reject) => {
    const path = request.query === '' ? request.path : `${request.path}?${request.query}`;
    // Names and values in turn: Node.js then keeps order, case and repetition.
    const outgoing = httpRequest(
      { host: '127.0.0.1', port, method: request.method, path, signal, headers: request.headers.flat() },
      (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.on('error', reject);
        incoming.on('end', () => {
          const headers: [string, string][] = [];
          for (let i = 0; i < incoming.rawHeaders.length; i += 2) {
            headers.push([incoming.rawHeaders[i] ?? '', incoming.rawHeaders[i + 1] ?? '']);
          }
          resolve({ status: incoming.statusCode ?? 0, headers, body: Buffer.concat(chunks) });
        });
      },
    );
    outgoing.on('error', reject);
    outgoing.end(request.body);
  });
}
