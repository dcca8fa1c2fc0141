import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** One request that a server saw. */
export interface Seen {
  readonly url: string;
  readonly range: string | undefined;
  readonly ifRange: string | undefined;
  readonly authorization: string | undefined;
}

/** Answers request number `count` (from 1). */
export type Behaviour = (request: IncomingMessage, response: ServerResponse, count: number) => void;

export interface FileServer {
  readonly origin: string;
  readonly seen: Seen[];
}

/** A server on a free port of this machine, gone with the test, that behaves as badly as it is told to. */
export async function serve(behaviour: Behaviour): Promise<FileServer> {
  const seen: Seen[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => {
    const { range, authorization } = request.headers;
    const ifRange = request.headers['if-range'];
    seen.push({ url: request.url ?? '', range, ifRange: single(ifRange), authorization });
    behaviour(request, response, seen.length);
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  const { port } = server.address() as AddressInfo;
  return { origin: `http://127.0.0.1:${port}`, seen };
}

/** Serves a file as a good server does: ranges, entity tag, If-Range. */
export function wellBehaved(bytes: Uint8Array, etag = '"one"'): Behaviour {
  return (request, response) => {
    const match = /^bytes=(\d+)-$/.exec(request.headers.range ?? '');
    const ifRange = request.headers['if-range'];
    const start = match && (ifRange === undefined || ifRange === etag) ? Number(match[1]) : 0;
    if (start >= bytes.length) {
      response.writeHead(416, { 'content-range': `bytes */${bytes.length}` }).end();
      return;
    }
    response.writeHead(start > 0 ? 206 : 200, {
      etag,
      'content-length': bytes.length - start,
      ...(start > 0 && { 'content-range': `bytes ${start}-${bytes.length - 1}/${bytes.length}` }),
    });
    response.end(bytes.subarray(start));
  };
}

/** Sends so many bytes of what is asked for, then cuts the connection. */
export function cutAfter(bytes: Uint8Array, count: number, etag = '"one"'): Behaviour {
  return (request, response) => {
    const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
    response.writeHead(start > 0 ? 206 : 200, {
      etag,
      'content-length': bytes.length - start,
      ...(start > 0 && { 'content-range': `bytes ${start}-${bytes.length - 1}/${bytes.length}` }),
    });
    response.write(bytes.subarray(start, start + count), () => response.socket?.destroy());
  };
}

/** An answer without a body worth having. */
export function status(code: number, headers: Readonly<Record<string, string>> = {}): Behaviour {
  return (_, response) => {
    response.writeHead(code, headers).end('no');
  };
}

/** One behaviour after another; the last one stays. */
export function inTurn(...behaviours: readonly [Behaviour, ...Behaviour[]]): Behaviour {
  return (request, response, count) => {
    const behaviour = behaviours[Math.min(count, behaviours.length) - 1];
    behaviour?.(request, response, count);
  };
}

function single(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}
