/**
 * A function behind a local gateway that behaves as its platform does.
 *
 * @module
 */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { memoryEnvironment } from '../../base/function-memory.ts';
import { PictorError } from '../../errors.ts';
import { platformOf } from '../../platforms/registry.ts';
import type { Gateway, GatewayRequest, GatewayResponse } from '../../platforms/shared/gateway.ts';
import type { Platform } from '../../platforms/shared/platform.ts';
import { type RefusalKind, refusePlainly } from '../../platforms/shared/refusal.ts';
import { createFleet, type Fleet } from './fleet.ts';
import { gatewayOf } from './gateway-of.ts';
import { writeRunnerFile } from './runner-file.ts';
import type { Outcome, Phases } from './types.ts';
import { unpackArchive } from './unpack.ts';

export interface EmulatorOptions {
  /** One of `PLATFORM_IDS`, or a definition. */
  readonly platform: string | Platform;
  /** The zip that `pictor pack` made. */
  readonly archive: string;
  /** As the archive was packed (default `event`). */
  readonly kind?: 'event' | 'web' | undefined;
  /** How events come in, e.g. `url` or `apigw` on Tencent (default: the platform's first). */
  readonly trigger?: string | undefined;
  readonly host?: string | undefined;
  /** 0 takes any free port (default 9000). */
  readonly port?: number | undefined;
  /** Milliseconds that a call may take (default 30 000). */
  readonly timeoutMs?: number | undefined;
  /** Memory of an instance, MiB (default 256). */
  readonly memoryMb?: number | undefined;
  /** Instances at the same time (default 10). */
  readonly maxInstances?: number | undefined;
  /** Milliseconds after which an instance without work is ended (default 60 000). */
  readonly idleMs?: number | undefined;
  /** Environment of the function. */
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** Hears of every call when it is over. */
  readonly onCall?: ((call: EmulatedCall) => void) | undefined;
  /** Hears what the function writes. */
  readonly onOutput?: ((text: string) => void) | undefined;
}

/** One call, for the log. */
export interface EmulatedCall {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  /** Milliseconds, from the whole request to the answer. */
  readonly ms: number;
  /** Whether an instance was started for it. */
  readonly cold: boolean;
  readonly outcome: Outcome['kind'] | 'too-large' | 'busy';
  /** Why it failed, in the function's own words. */
  readonly reason?: string | undefined;
  readonly phases?: Phases | undefined;
}

export interface Emulator extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  /** Instances that are there. */
  readonly instances: number;
  close(): Promise<void>;
}

/**
 * Starts the emulator. No instance is started before the first call.
 *
 * @throws OPTION_INVALID for an archive that is no zip and for an unknown trigger, CONFIG_INVALID when it cannot listen
 * @example
 * await using emulator = await startEmulator({ platform: 'scf', archive: 'pictor-scf-squeezenet.zip', port: 0 });
 * await fetch(`${emulator.url}/image`, { method: 'POST', body: jpeg });
 */
export async function startEmulator(options: EmulatorOptions): Promise<Emulator> {
  const { trigger, host = '127.0.0.1', port = 9000 } = options;
  const platform = platformOf(options.platform);
  const gateway = gatewayOf({ platform, kind: options.kind, trigger });
  const folder = await mkdtemp(join(tmpdir(), 'pictor-emulate-'));
  const runner = await writeRunnerFile(platform);
  const clean = async () => {
    await runner[Symbol.asyncDispose]();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await unpackArchive(options.archive, folder);
  } catch (thrown) {
    await clean();
    throw thrown;
  }
  const fleet = createFleet(
    {
      platform,
      kind: options.kind,
      trigger,
      folder,
      timeoutMs: options.timeoutMs ?? 30_000,
      memoryBytes: (options.memoryMb ?? 256) * 1024 ** 2,
      env: { ...memoryEnvironment(options.memoryMb ?? 256), ...options.env },
      onOutput: options.onOutput,
    },
    { maxInstances: options.maxInstances ?? 10, idleMs: options.idleMs ?? 60_000, runner: runner.path },
  );
  const server = createServer((incoming, outgoing) => {
    answer(incoming, outgoing, { ...options, platform, gateway }, fleet).catch(() => outgoing.destroy());
  });
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, host, resolve);
    });
  } catch (cause) {
    await clean();
    throw new PictorError('CONFIG_INVALID', {
      expected: `an address to listen on at ${host}:${port}`,
      received: isTaken(cause) ? 'one that is in use' : String(cause),
      fix: 'Choose another --port',
      cause,
    });
  }
  const address = server.address();
  const actual = typeof address === 'object' && address !== null ? address.port : port;
  const close = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await fleet.close();
    await clean();
  };
  return {
    url: `http://${host}:${actual}`,
    port: actual,
    get instances() {
      return fleet.size;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

function isTaken(cause: unknown): boolean {
  return cause instanceof Error && 'code' in cause && cause.code === 'EADDRINUSE';
}

/** The options with what they name looked up. */
interface Emulated extends EmulatorOptions {
  readonly platform: Platform;
  readonly gateway: Gateway | undefined;
}

async function answer(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  options: Emulated,
  fleet: Fleet,
): Promise<void> {
  const request = await readRequest(incoming);
  const started = performance.now();
  const { platform, trigger } = options;
  const refuse = (kind: RefusalKind) => {
    const { status, body } = (platform.refuse ?? refusePlainly)(kind, trigger);
    const type = body.startsWith('{') ? 'application/json' : 'text/plain';
    return { status, headers: [['content-type', type]], body: Buffer.from(body) } as const;
  };
  let cold = false;
  let outcome: EmulatedCall['outcome'];
  let response: GatewayResponse;
  let detail: Pick<EmulatedCall, 'reason' | 'phases'> = {};
  if (payloadBytes(options, request) > platform.limits.payloadBytes) {
    outcome = 'too-large';
    response = refuse('too-large');
  } else {
    const lease = fleet.lease();
    if (lease === undefined) {
      outcome = 'busy';
      response = refuse('busy');
    } else {
      cold = lease.cold;
      const result = await lease.instance.call(request).finally(lease.release);
      outcome = result.kind;
      response = result.kind === 'answered' ? result.response : refuse(refusalKind(result));
      detail = result.kind === 'answered' ? { phases: result.phases } : { reason: reasonOf(result) };
    }
  }
  send(outgoing, response);
  options.onCall?.({
    method: request.method,
    path: request.path,
    status: response.status,
    ms: performance.now() - started,
    cold,
    outcome,
    ...detail,
  });
}

function refusalKind(outcome: Exclude<Outcome, { kind: 'answered' }>): RefusalKind {
  return outcome.kind === 'crashed' ? 'failed' : outcome.kind;
}

function reasonOf(outcome: Outcome): string | undefined {
  return 'reason' in outcome ? outcome.reason : undefined;
}

/** The limit holds for the event, where bytes are base64 already; for servers it holds for the body. */
function payloadBytes({ gateway }: Emulated, request: GatewayRequest): number {
  if (gateway === undefined) return request.body.length;
  return Buffer.byteLength(JSON.stringify(gateway.toEvent(request)));
}

async function readRequest(incoming: IncomingMessage): Promise<GatewayRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const [path = '/', query = ''] = split(incoming.url ?? '/');
  const headers: [string, string][] = [];
  for (let i = 0; i < incoming.rawHeaders.length; i += 2) {
    headers.push([incoming.rawHeaders[i] ?? '', incoming.rawHeaders[i + 1] ?? '']);
  }
  return {
    id: randomUUID(),
    method: incoming.method ?? 'GET',
    path,
    query,
    headers: [...headers, ['X-Forwarded-Proto', 'http']],
    body: Buffer.concat(chunks),
    sourceIp: incoming.socket.remoteAddress ?? '127.0.0.1',
  };
}

function split(url: string): [string, string] {
  const at = url.indexOf('?');
  return at < 0 ? [url, ''] : [url.slice(0, at), url.slice(at + 1)];
}

/** The gateway writes these itself. */
const CONNECTION = /^(connection|content-length|keep-alive|transfer-encoding)$/i;

function send(outgoing: ServerResponse, response: GatewayResponse): void {
  outgoing.statusCode = response.status;
  for (const [name, value] of response.headers) {
    if (!CONNECTION.test(name)) outgoing.appendHeader(name, value);
  }
  outgoing.end(response.body);
}
