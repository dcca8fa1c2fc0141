/**
 * Sends pictures to a URL and measures.
 *
 * @module
 */

import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, request } from 'undici';
import { joinSignals } from '../base/join-signals.ts';
import { PictorError } from '../errors.ts';
import { failureReason } from './failure-reason.ts';
import type { LoadTestOptions, LoadTestResult, RequestBody, Sample } from './types.ts';

/** Bounds a run that names neither a number of requests nor a duration. */
const DEFAULT_REQUESTS = 10;
const DEFAULT_TIMEOUT_MS = 30_000;

/**
 * Runs a load test.
 *
 * In open-loop pace the latency of a request counts from the moment it was due, not from when it could be sent, so
 * that a slow server cannot hide its queue by slowing the client down ("coordinated omission", Gil Tene 2013).
 *
 * @param options where to, what, how fast and how long
 * @returns all samples in order of their end
 * @throws OPTION_INVALID without a body or with an impossible pace
 * @example
 * const result = await runLoadTest({
 *   url: new URL('http://localhost:8080/image'),
 *   bodies: [requestBody(jpeg, 'jpeg', 'json')],
 *   pace: { kind: 'closed', concurrency: 4 },
 *   extent: { requests: 100 },
 * });
 */
export async function runLoadTest(options: LoadTestOptions): Promise<LoadTestResult> {
  const run = new LoadRun(options);
  return run.finish();
}

class LoadRun {
  readonly #options: LoadTestOptions;
  readonly #agent: Agent;
  readonly #samples: Sample[] = [];
  readonly #requests: number;
  readonly #durationMs: number;
  readonly #startedAt = performance.now();
  #next = 0;
  #inFlight = 0;
  #bytesSent = 0;

  constructor(options: LoadTestOptions) {
    const { bodies, pace, extent } = options;
    const speed = pace.kind === 'open' ? pace.rate : pace.concurrency;
    if (bodies.length === 0 || !(speed > 0)) {
      throw new PictorError('OPTION_INVALID', {
        expected: 'at least one picture, and a concurrency or rate above 0',
        received: `${bodies.length} pictures at ${speed}`,
      });
    }
    this.#options = options;
    this.#durationMs = extent.durationMs ?? Number.POSITIVE_INFINITY;
    this.#requests =
      extent.requests ?? (extent.durationMs === undefined ? DEFAULT_REQUESTS : Number.POSITIVE_INFINITY);
    this.#agent = new Agent({
      connections: pace.kind === 'open' ? pace.maxInFlight : pace.concurrency,
      pipelining: 1,
    });
  }

  async finish(): Promise<LoadTestResult> {
    try {
      await (this.#options.pace.kind === 'open'
        ? this.#open(this.#options.pace.rate, this.#options.pace.maxInFlight)
        : this.#closed(this.#options.pace.concurrency));
    } finally {
      await this.#agent.destroy();
    }
    return {
      samples: this.#samples,
      elapsedMs: this.#samples.reduce((end, { dueMs, latencyMs }) => Math.max(end, dueMs + latencyMs), 0),
      bytesSent: this.#bytesSent,
    };
  }

  async #closed(concurrency: number): Promise<void> {
    const caller = async () => {
      while (this.#wanted()) await this.#send(this.#next++, this.#now());
    };
    await Promise.all(Array.from({ length: concurrency }, caller));
  }

  async #open(rate: number, maxInFlight: number): Promise<void> {
    const running = new Set<Promise<void>>();
    while (this.#wanted()) {
      const index = this.#next++;
      const dueMs = (index * 1000) / rate;
      if (dueMs > this.#durationMs) break;
      const wait = dueMs - this.#now();
      if (wait > 0) await sleep(wait, undefined, { signal: this.#options.signal }).catch(() => undefined);
      if (this.#options.signal?.aborted) break;
      if (this.#inFlight >= maxInFlight) {
        this.#record({ index, dueMs, latencyMs: 0, outcome: { kind: 'failure', reason: 'not-sent' } });
        continue;
      }
      const sent = this.#send(index, dueMs).finally(() => running.delete(sent));
      running.add(sent);
    }
    await Promise.all(running);
  }

  async #send(index: number, dueMs: number): Promise<void> {
    const body = this.#body(index);
    if (!body) return;
    this.#inFlight += 1;
    const outcome = await this.#exchange(body);
    this.#inFlight -= 1;
    if (outcome) this.#record({ index, dueMs, latencyMs: this.#now() - dueMs, outcome });
  }

  async #exchange({ body, headers }: RequestBody): Promise<Sample['outcome'] | undefined> {
    const { url, signal, timeoutMs = DEFAULT_TIMEOUT_MS } = this.#options;
    const timeout = AbortSignal.timeout(timeoutMs);
    const joined = joinSignals(signal, timeout);
    try {
      const response = await request(url, {
        method: 'POST',
        dispatcher: this.#agent,
        headers: { ...headers, ...this.#options.headers },
        body,
        signal: joined.signal,
        headersTimeout: timeoutMs,
        bodyTimeout: timeoutMs,
      });
      const bytes = (await response.body.arrayBuffer()).byteLength;
      this.#bytesSent += body.byteLength;
      return { kind: 'answer', status: response.statusCode, bytes };
    } catch (thrown) {
      if (signal?.aborted) return undefined;
      return { kind: 'failure', reason: timeout.aborted ? 'timeout' : failureReason(thrown) };
    } finally {
      joined.release();
    }
  }

  #record(sample: Sample): void {
    this.#samples.push(sample);
    this.#options.onSample?.(sample);
  }

  #body(index: number): RequestBody | undefined {
    const { bodies } = this.#options;
    return bodies[index % bodies.length];
  }

  #now(): number {
    return performance.now() - this.#startedAt;
  }

  #wanted(): boolean {
    return this.#next < this.#requests && this.#now() < this.#durationMs && !this.#options.signal?.aborted;
  }
}
