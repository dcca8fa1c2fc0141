/**
 * The application behind a Node.js HTTP server.
 *
 * @module
 */
import { createServer, ServerResponse } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import { descriptorLimit } from '../../base/process-limits.ts';
import { PictorError } from '../../errors.ts';
import type { App } from '../app.ts';
import { type Logger, SILENT_LOGGER } from '../observe/logger.ts';
import { watchConnections } from './connections.ts';
import { errorResponse } from './error-response.ts';
import { requestIdOf } from './request-id.ts';
import { knownAnswer } from './text-response.ts';

export interface ListenOptions {
  /** Address (default `127.0.0.1`). */
  readonly host?: string | undefined;
  /** 0 takes any free port (default 8080). */
  readonly port?: number | undefined;
  /** Time for a request's headers to arrive, milliseconds (default 10 000). */
  readonly headersTimeoutMs?: number | undefined;
  /** Time for a whole request to arrive, milliseconds (default 60 000). A backstop: the body limit answers earlier. */
  readonly requestTimeoutMs?: number | undefined;
  /**
   * How long an idle connection is kept, milliseconds (default 65 000: longer than load balancers and clients keep
   * theirs, so that they close first and no request meets a closing connection).
   */
  readonly keepAliveMs?: number | undefined;
  /**
   * Connections at the same time (default 1024; never more than the process may have files open, less 128). Beyond that the
   * client with the most of them loses one that is idle.
   */
  readonly maxConnections?: number | undefined;
  /** How long a client may take none of an answer's bytes, milliseconds (default 30 000). */
  readonly stallMs?: number | undefined;
  readonly logger?: Logger | undefined;
}

export interface Listener {
  /** e.g. `http://127.0.0.1:8080` */
  readonly url: string;
  readonly port: number;
  /** Takes no more connections; resolves when those that are in use have ended. */
  stop(): Promise<void>;
  /** Ends every connection at once. */
  destroy(): void;
}

/**
 * Serves an application on an address.
 *
 * @param app from `createApp`
 * @throws CONFIG_INVALID when the address cannot be used
 */
export async function listen(app: Pick<App, 'fetch'>, options: ListenOptions = {}): Promise<Listener> {
  const { host = '127.0.0.1', port = 8080, headersTimeoutMs = 10_000, requestTimeoutMs = 60_000 } = options;
  const onRequest = getRequestListener(
    async (request, { incoming, outgoing }) => {
      const response = await app.fetch(request, { client: incoming.socket.remoteAddress, incoming });
      return outgoing instanceof ServerResponse ? sendText(response, outgoing) : response;
    },
    {
      // A library must not replace the globals of the process that it runs in.
      overrideGlobalObjects: false,
      // HTTP/1.0 has no Host header: load balancers' health checks, ApacheBench and old clients send none.
      hostname: 'localhost',
      // A request that is not even an address, e.g. without a host.
      errorHandler: (cause) =>
        errorResponse(
          new PictorError('BODY_INVALID', { expected: 'a valid request line and Host header', cause }),
          requestIdOf(new Headers()),
        ),
    },
  );
  const server = createServer(
    {
      headersTimeout: headersTimeoutMs,
      requestTimeout: requestTimeoutMs,
      keepAliveTimeout: options.keepAliveMs ?? 65_000,
      connectionsCheckingInterval: Math.min(5_000, headersTimeoutMs),
    },
    (incoming, outgoing) => connections.take(incoming, outgoing, () => void onRequest(incoming, outgoing)),
  );
  const logger = options.logger ?? SILENT_LOGGER;
  const say = everySeconds(SAY_EVERY_S, (fields, message) => logger.warn(fields, message));
  const max = maxConnectionsOf(options);
  const connections = watchConnections(server, {
    max,
    maxWaiting: MAX_WAITING,
    stallMs: options.stallMs ?? 30_000,
    onEnd: (reason) => say({ reason, max }, 'connection ended to make room'),
  });

  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const taken = cause.code === 'EADDRINUSE';
      reject(
        new PictorError('CONFIG_INVALID', {
          expected: `an address to listen on at ${host}:${port}`,
          received: taken ? 'one that is in use' : (cause.code ?? cause.message),
          fix: taken ? 'Stop the other program, or choose another `port`' : 'Correct `host` and `port`',
          cause,
        }),
      );
    });
    server.listen(port, host, resolve);
  });
  // After the start only accepting can fail: no descriptors, no memory. Idle connections make room for others.
  server.on('error', (cause: NodeJS.ErrnoException) => {
    const ended = connections.shed(SHED_AT_ONCE);
    say({ code: cause.code, ended }, 'the system refuses connections; idle ones were ended');
  });
  const address = server.address();
  const actualPort = typeof address === 'object' && address !== null ? address.port : port;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${actualPort}`,
    port: actualPort,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
      }),
    destroy: () => server.closeAllConnections(),
  };
}

/** Descriptors for everything but connections: workers, models, key files, the log. */
const RESERVED_DESCRIPTORS = 128;

/** Requests that wait behind others of their connections: 5 KB each. */
const MAX_WAITING = 4096;

const SHED_AT_ONCE = 32;

const SAY_EVERY_S = 10;

function maxConnectionsOf({ maxConnections = 1024 }: ListenOptions): number {
  const descriptors = descriptorLimit() ?? Number.POSITIVE_INFINITY;
  return Math.max(1, Math.min(maxConnections, descriptors - RESERVED_DESCRIPTORS));
}

/** Says a thing again only after some time: what an attacker causes must not fill the log. */
function everySeconds(seconds: number, say: Logger['warn']): Logger['warn'] {
  let last = Number.NEGATIVE_INFINITY;
  return (fields, message) => {
    const now = performance.now();
    if (now - last < seconds * 1000) return;
    last = now;
    say(fields, message);
  };
}

/** Sends an answer whose text is known in one piece; what is not is left to the web stream. */
function sendText(response: Response, outgoing: ServerResponse): Response {
  const answer = knownAnswer(response);
  if (answer === undefined) return response;
  const { status, headers, content } = answer;
  outgoing.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(content) });
  outgoing.end(content);
  return RESPONSE_ALREADY_SENT;
}
