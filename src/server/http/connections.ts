/**
 * Which connections a server keeps, and what one of them may have in progress.
 *
 * @module
 */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

export interface ConnectionOptions {
  /** Connections at the same time. */
  readonly max: number;
  /** Requests that wait for the answer before theirs, over all connections. */
  readonly maxWaiting: number;
  /** How long an answer may be on its way without a byte taken by the client, milliseconds. */
  readonly stallMs: number;
  /** Told when a connection was ended to make room, and why. */
  readonly onEnd: (reason: EndReason) => void;
}

/** `full`: no place for a new one. `share`: its client holds the most. `pipeline`: too many requests wait. */
export type EndReason = 'full' | 'share' | 'pipeline';

interface Connection {
  readonly socket: Socket;
  readonly client: string;
  /** A request is being answered. */
  busy: boolean;
  readonly waiting: (() => void)[];
}

/** Answers one request at a time on each connection, and lets no client keep the others out. */
export interface Connections {
  /** Runs `answer` when the answers before it on this connection are sent. */
  take(incoming: IncomingMessage, outgoing: ServerResponse, answer: () => void): void;
  /** Ends connections that nothing is in progress on, of the client that holds the most. @returns how many */
  shed(most: number): number;
}

/**
 * Watches the connections of a server.
 *
 * HTTP/1.1 clients may send requests without waiting for answers, and then read none of them: only one is answered at a
 * time, and the next one when this one's bytes have been taken. Where there is no place for a new connection, the client
 * that holds the most gives one up that is idle, the longest unused first; a client that has fewer than the others always
 * gets in.
 */
export function watchConnections(server: Server, options: ConnectionOptions): Connections {
  const { max, maxWaiting, stallMs, onEnd } = options;
  /** The longest unused first. */
  const connections = new Map<Socket, Connection>();
  const byClient = new Map<string, number>();
  let waiting = 0;

  function end({ socket }: Connection, reason: EndReason): void {
    onEnd(reason);
    socket.destroy();
    forget(socket);
  }

  function forget(socket: Socket): void {
    const connection = connections.get(socket);
    if (connection === undefined) return;
    connections.delete(socket);
    waiting -= connection.waiting.splice(0).length;
    const left = (byClient.get(connection.client) ?? 1) - 1;
    if (left === 0) byClient.delete(connection.client);
    else byClient.set(connection.client, left);
  }

  function greediest(): { readonly client: string; readonly count: number } {
    let found = { client: '', count: 0 };
    for (const [client, count] of byClient) if (count > found.count) found = { client, count };
    return found;
  }

  /** The connection that goes when one from `client` comes. */
  function victimFor(client: string): Connection | undefined {
    const own = byClient.get(client) ?? 0;
    const most = greediest();
    const loser = most.count > own ? most.client : client;
    let oldest: Connection | undefined;
    for (const connection of connections.values()) {
      if (connection.client !== loser) continue;
      if (!connection.busy) return connection;
      oldest ??= connection;
    }
    // All are in use: only who holds more than half has to give one of those up.
    return loser !== client && most.count > max / 2 ? oldest : undefined;
  }

  server.on('connection', (socket) => {
    const client = socket.remoteAddress ?? '';
    const connection: Connection = { socket, client, busy: false, waiting: [] };
    if (connections.size >= max) {
      const victim = victimFor(client);
      if (victim === undefined) {
        onEnd('full');
        socket.destroy();
        return;
      }
      end(victim, 'share');
    }
    connections.set(socket, connection);
    byClient.set(client, (byClient.get(client) ?? 0) + 1);
    socket.once('close', () => forget(socket));
  });

  function begin(connection: Connection, outgoing: ServerResponse, answer: () => void): void {
    const { socket } = connection;
    connection.busy = true;
    // Used last, so let go last.
    if (connections.delete(socket)) connections.set(socket, connection);
    // Everything is handed over; from here on it is the client's turn to read. Node.js looks at the bytes that leave.
    outgoing.once('prefinish', () => socket.setTimeout(stallMs));
    outgoing.once('close', () => {
      const next = connection.waiting.shift();
      if (next === undefined) {
        connection.busy = false;
        return;
      }
      waiting--;
      // Other connections first: a thousand answers from memory would follow each other without a look at the network.
      setImmediate(next);
    });
    answer();
  }

  return {
    take(incoming, outgoing, answer) {
      const connection = connections.get(incoming.socket);
      // Ended meanwhile.
      if (connection === undefined) return;
      if (!connection.busy) {
        begin(connection, outgoing, answer);
        return;
      }
      if (waiting >= maxWaiting) {
        end(connection, 'pipeline');
        return;
      }
      waiting++;
      connection.waiting.push(() => begin(connection, outgoing, answer));
    },
    shed(most) {
      const { client } = greediest();
      const idle = [...connections.values()]
        .filter((one) => one.client === client && !one.busy)
        .slice(0, most);
      for (const connection of idle) end(connection, 'share');
      return idle.length;
    },
  };
}
