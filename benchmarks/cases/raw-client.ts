/**
 * An HTTP client that costs little: it shares the processors with the server that it measures.
 *
 * Whole requests lie ready in memory, connections are kept, and of an answer only the status line and the length are
 * read. It takes the options of `runLoadTest` and gives the same samples for half of the processor time (0.3 to 0.5 ms a
 * picture), most of which is the kernel's.
 *
 * @module
 */
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { failureReason } from '../../src/load-test/failure-reason.ts';
import type {
  FailureReason,
  LoadTestOptions,
  LoadTestResult,
  RequestBody,
  Sample,
} from '../../src/load-test/types.ts';

export type RawLoadOptions = Pick<LoadTestOptions, 'url' | 'bodies' | 'pace' | 'extent' | 'timeoutMs'>;

export interface RawLoadResult extends LoadTestResult {
  /** Processor time that this process spent on the run, milliseconds. */
  readonly cpuMs: number;
}

const DEFAULT_TIMEOUT_MS = 30_000;

/**
 * Sends pictures to a URL, in closed or open loop.
 *
 * @param options as of `runLoadTest`; in open loop latency counts from the moment a request was due
 * @returns all samples in order of their end
 */
export async function rawLoad(options: RawLoadOptions): Promise<RawLoadResult> {
  const { pace, extent, url } = options;
  const requests = options.bodies.map((body) => requestBytes(url, body));
  const wanted = extent.requests ?? Number.POSITIVE_INFINITY;
  const endMs = extent.durationMs ?? Number.POSITIVE_INFINITY;
  const idle: Connection[] = [];
  const open = new Set<Connection>();
  const samples: Sample[] = [];
  const usage = process.cpuUsage();
  const startedAt = performance.now();
  const now = () => performance.now() - startedAt;
  let next = 0;
  let inFlight = 0;
  let bytesSent = 0;

  async function send(index: number, dueMs: number): Promise<void> {
    const request = requests[index % requests.length];
    if (request === undefined) return;
    inFlight += 1;
    const connection = idleConnection() ?? new Connection(url, options.timeoutMs ?? DEFAULT_TIMEOUT_MS);
    open.add(connection);
    const outcome = await connection.exchange(request);
    inFlight -= 1;
    if (outcome.kind === 'answer') bytesSent += request.length;
    if (connection.usable) idle.push(connection);
    else open.delete(connection);
    samples.push({ index, dueMs, latencyMs: now() - dueMs, outcome });
  }

  function idleConnection(): Connection | undefined {
    for (let found = idle.pop(); found !== undefined; found = idle.pop()) {
      if (found.usable) return found;
      open.delete(found);
    }
    return undefined;
  }

  async function closedLoop(concurrency: number): Promise<void> {
    const caller = async () => {
      while (next < wanted && now() < endMs) await send(next++, now());
    };
    await Promise.all(Array.from({ length: concurrency }, caller));
  }

  async function openLoop(rate: number, maxInFlight: number): Promise<void> {
    const running = new Set<Promise<void>>();
    while (next < wanted) {
      const index = next++;
      const dueMs = (index * 1000) / rate;
      if (dueMs > endMs) break;
      const wait = dueMs - now();
      if (wait > 0) await sleep(wait);
      if (inFlight >= maxInFlight) {
        samples.push({ index, dueMs, latencyMs: 0, outcome: failure('not-sent') });
        continue;
      }
      const sent = send(index, dueMs).finally(() => running.delete(sent));
      running.add(sent);
    }
    await Promise.all(running);
  }

  await (pace.kind === 'open' ? openLoop(pace.rate, pace.maxInFlight) : closedLoop(pace.concurrency));
  for (const connection of open) connection.end();
  const { user, system } = process.cpuUsage(usage);
  return {
    samples,
    elapsedMs: samples.reduce((end, { dueMs, latencyMs }) => Math.max(end, dueMs + latencyMs), 0),
    bytesSent,
    cpuMs: (user + system) / 1000,
  };
}

/**
 * One request and its answer.
 *
 * @returns status and text of the answer
 * @throws when there was none
 */
export async function rawRequest(url: URL, body: RequestBody): Promise<{ status: number; text: string }> {
  const connection = new Connection(url, DEFAULT_TIMEOUT_MS);
  const outcome = await connection.exchange(requestBytes(url, body));
  connection.end();
  if (outcome.kind === 'failure') throw new Error(`${url.href}: ${outcome.reason}`);
  return { status: outcome.status, text: connection.body.toString() };
}

/** Head and body in one piece of memory: one system call. */
function requestBytes({ pathname, search, host }: URL, { body, headers }: RequestBody): Buffer {
  const lines = Object.entries({ host, ...headers, 'content-length': String(body.byteLength) });
  const head = `POST ${pathname}${search} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`;
  return Buffer.concat([Buffer.from(head), body]);
}

function failure(reason: FailureReason): Extract<Sample['outcome'], { kind: 'failure' }> {
  return { kind: 'failure', reason };
}

/** One connection with one request at a time. */
class Connection {
  readonly #socket: Socket;
  /** What has come of the answer. */
  #received: Buffer[] = [];
  #settle: ((outcome: Sample['outcome']) => void) | undefined;
  #answer: { status: number; start: number; length: number; close: boolean } | undefined;
  #have = 0;
  usable = true;

  constructor({ hostname, port }: URL, timeoutMs: number) {
    this.#socket = connect({
      host: hostname,
      port: Number(port),
      noDelay: true,
      onread: {
        buffer: Buffer.alloc(64 * 1024),
        callback: (length, buffer) => {
          // The buffer is used again for the next piece.
          this.#take(Buffer.from(buffer.subarray(0, length)));
          return true;
        },
      },
    });
    this.#socket.setTimeout(timeoutMs, () => this.#fail(failure('timeout')));
    this.#socket.on('error', (error) => this.#fail(failure(failureReason(error))));
    this.#socket.on('close', () => this.#fail(failure('reset')));
  }

  /** Of the last answer. */
  get body(): Buffer {
    return Buffer.concat(this.#received).subarray(this.#answer?.start ?? 0);
  }

  exchange(request: Buffer): Promise<Sample['outcome']> {
    return new Promise((resolve) => {
      this.#received = [];
      this.#answer = undefined;
      this.#have = 0;
      this.#settle = resolve;
      this.#socket.write(request);
    });
  }

  end(): void {
    this.usable = false;
    this.#socket.destroy();
  }

  #take(chunk: Buffer): void {
    this.#received.push(chunk);
    this.#have += chunk.length;
    this.#answer ??= readHead(this.#received.length === 1 ? chunk : Buffer.concat(this.#received));
    if (this.#answer === undefined) return;
    const { status, start, length, close } = this.#answer;
    if (this.#have < start + length) return;
    if (close) this.end();
    if (Number.isNaN(length)) this.#fail(failure('other'));
    else this.#done({ kind: 'answer', status, bytes: length });
  }

  #fail(outcome: Sample['outcome']): void {
    this.end();
    this.#done(outcome);
  }

  #done(outcome: Sample['outcome']): void {
    const settle = this.#settle;
    this.#settle = undefined;
    settle?.(outcome);
  }
}

/** @returns nothing while the head is incomplete */
function readHead(
  bytes: Buffer,
): { status: number; start: number; length: number; close: boolean } | undefined {
  const end = bytes.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const head = bytes.toString('latin1', 0, end);
  return {
    status: Number(head.slice(9, 12)),
    start: end + 4,
    // None of the servers sends an answer of unknown length.
    length: Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? Number.NaN),
    close: /\r\nconnection: *close/i.test(head),
  };
}
