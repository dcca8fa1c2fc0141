import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import { PictorError } from '../../errors.ts';
import { respond } from '../respond.ts';
import type { FetchApp, HandlerOptions } from '../types.ts';

/** How the server listens. */
export interface ContainerOptions extends HandlerOptions {
  /** TCP port, 0 for a free one (default: the environment's `PORT`, else 8080). */
  readonly port?: number | undefined;
  /** Address to listen on (default `0.0.0.0`: platforms reach the container from outside). */
  readonly host?: string | undefined;
  /** Whether SIGTERM and SIGINT end the server (default true). */
  readonly signals?: boolean | undefined;
  /** Milliseconds that requests in progress get when the server ends (default 10 000). */
  readonly shutdownMs?: number | undefined;
}

/** A server that listens. */
export interface ContainerServer extends AsyncDisposable {
  readonly port: number;
  /** Takes no new connections, lets requests in progress end, closes the application. */
  close(): Promise<void>;
}

/** An application that may hold models. */
export interface ClosableApp extends FetchApp {
  close?(): Promise<void>;
}

/**
 * Serves an application as containers are served: Knative, Cloud Run, Kubernetes, SCF web functions (port 9000),
 * FunctionGraph HTTP functions (port 8000). `GET /healthz` and `/readyz` of the application are the probes.
 *
 * @param app what answers
 * @param options port, address, signals, time for the last requests
 * @returns once it listens
 * @throws CONFIG_INVALID when the port is no port, or taken
 * @example
 * const app = createApp({ models: ['squeezenet'] });
 * await serveContainer(app);
 * await app.start();
 */
export async function serveContainer(
  app: ClosableApp,
  options: ContainerOptions = {},
): Promise<ContainerServer> {
  const port = portOf(options.port ?? process.env.PORT ?? 8080);
  const server = createAdaptorServer({
    fetch: (request) =>
      respond(app, () => request, {
        remainingMs: options.timeoutMs,
        requestId: undefined,
        onError: options.onError,
      }),
  }) as Server;
  await listen(server, port, options.host ?? '0.0.0.0');

  let closing: Promise<void> | undefined;
  const close = () => {
    closing ??= shutDown(server, app, options.shutdownMs ?? 10_000).finally(() => {
      for (const name of SIGNALS) process.removeListener(name, onSignal);
    });
    return closing;
  };
  const onSignal = () => void close();
  if (options.signals ?? true) for (const name of SIGNALS) process.on(name, onSignal);
  return { port: (server.address() as AddressInfo).port, close, [Symbol.asyncDispose]: close };
}

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

async function shutDown(server: Server, app: ClosableApp, graceMs: number): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeIdleConnections();
  const timer = setTimeout(() => server.closeAllConnections(), graceMs);
  await closed;
  clearTimeout(timer);
  await app.close?.();
}

async function listen(server: Server, port: number, host: string): Promise<void> {
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (cause) {
    throw new PictorError('CONFIG_INVALID', {
      expected: `a free port at ${host}`,
      received: `port ${port}, ${cause instanceof Error ? cause.message : 'which cannot be used'}`,
      fix: 'Set PORT to another one',
      cause,
    });
  }
}

function portOf(value: string | number): number {
  const port = Number(value);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535 && value !== '') return port;
  throw new PictorError('CONFIG_INVALID', { expected: 'PORT to be 0 to 65535', received: String(value) });
}
