import { PictorError } from '../../../errors.ts';
import type { App } from '../../../server/app.ts';
import { listen } from '../../../server/http/listen.ts';

/** How the server listens and ends. */
export interface ContainerOptions {
  /** TCP port, 0 for a free one (default: the environment's `PORT`, else 8080). */
  readonly port?: number | undefined;
  /** Address to listen on (default `0.0.0.0`: platforms reach the container from outside). */
  readonly host?: string | undefined;
  /** Whether SIGTERM and SIGINT end the server (default true). */
  readonly signals?: boolean | undefined;
  /** Milliseconds that requests in progress get when the server ends (default 8 000: within every platform's grace). */
  readonly shutdownMs?: number | undefined;
}

/** A server that listens. */
export interface ContainerServer extends AsyncDisposable {
  /** e.g. `http://0.0.0.0:8080` */
  readonly url: string;
  readonly port: number;
  /** Takes no new connections, lets requests in progress end, closes the application. */
  close(): Promise<void>;
}

/** An application that may hold models. */
export type ServableApp = Pick<App, 'fetch'> & Partial<Pick<App, 'close'>>;

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

/**
 * Serves an application as containers are served: Knative, Cloud Run, Kubernetes, SCF web functions (port 9000),
 * FunctionGraph HTTP functions (port 8000). `/healthz` and `/readyz` of the application are the probes.
 *
 * @param app what answers
 * @param options port, address, signals, time for the last requests; the application bounds each request itself
 * @returns once it listens
 * @throws CONFIG_INVALID when the port is no port, or taken
 * @example
 * const app = createApp({ models: ['squeezenet'], engine, store });
 * await serveContainer(app);
 * await app.start();
 */
export async function serveContainer(
  app: ServableApp,
  options: ContainerOptions = {},
): Promise<ContainerServer> {
  const { host = '0.0.0.0', shutdownMs = 8_000 } = options;
  const listener = await listen(withPlatformsId(app), {
    host,
    port: portOf(options.port ?? process.env.PORT ?? 8080),
  });

  async function shutDown(): Promise<void> {
    const timer = setTimeout(() => listener.destroy(), shutdownMs);
    const stopped = listener.stop();
    // The application finishes what it accepted; idle connections are gone already.
    await app.close?.({ graceMs: shutdownMs });
    await stopped;
    clearTimeout(timer);
    for (const name of SIGNALS) process.removeListener(name, close);
  }
  let closing: Promise<void> | undefined;
  function close(): Promise<void> {
    closing ??= shutDown();
    return closing;
  }
  if (options.signals ?? true) for (const name of SIGNALS) process.on(name, close);
  return { url: listener.url, port: listener.port, close, [Symbol.asyncDispose]: close };
}

/** Headers that platforms name a call in. */
const PLATFORM_IDS = [
  'x-scf-request-id',
  'x-cff-request-id',
  'x-fc-request-id',
  'x-amzn-request-id',
  'x-cloud-trace-context',
];

/** Answers and log lines have the id by which the platform knows the request, unless the client sent its own. */
function withPlatformsId(app: ServableApp): ServableApp {
  return {
    ...app,
    fetch(request, info) {
      const { headers } = request;
      if (!headers.has('x-request-id')) {
        const id = PLATFORM_IDS.map((name) => headers.get(name)).find((value) => value !== null);
        if (id) headers.set('x-request-id', id.split(/[/;]/, 1)[0] ?? id);
      }
      return app.fetch(request, info);
    },
  };
}

function portOf(value: string | number): number {
  const port = Number(value);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535 && value !== '') return port;
  throw new PictorError('CONFIG_INVALID', { expected: 'PORT to be 0 to 65535', received: String(value) });
}
