/**
 * Twice as many requests as can be answered, sent whatever the server does; and health checks under full load.
 *
 * @module
 */
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { request } from 'undici';
import { requestBody } from '../../src/load-test/request-body.ts';
import { isOk } from '../../src/load-test/summary.ts';
import type { BenchModel } from '../contenders/contender.ts';
import { startServer } from '../servers/server.ts';
import { percentile } from '../statistics.ts';
import { closedLoop, isRefused } from './load.ts';
import { rawLoad } from './raw-client.ts';
import type { Settings } from './settings.ts';

const DEADLINE_MS = 500;

export interface OverloadResult {
  readonly model: string;
  readonly deadlineMs: number;
  /** Answers a second with eight callers: the most that the server can do. */
  readonly sustainable: number;
  /** Requests a second that were sent. */
  readonly offered: number;
  /** Good answers a second, and their share of the sustainable rate. */
  readonly goodput: number;
  readonly goodputShare: number;
  /** Of good answers, from the moment they were due. */
  readonly acceptedP99Ms: number;
  /** Of refusals (429, 503, 504). */
  readonly refusedP50Ms: number;
  readonly refusedP99Ms: number;
  readonly requests: number;
  readonly accepted: number;
  readonly refused: number;
  /** Requests without an answer, or with another one. */
  readonly lost: number;
  /** Of all processes of the server before and after, MB. */
  readonly memoryMb: readonly [before: number, after: number];
  readonly eventLoopDelayP99Ms: number;
  /** Part of the processors' time that went into making the load. */
  readonly clientShare: number;
}

export async function overload(model: BenchModel, settings: Settings): Promise<OverloadResult> {
  const { cores, turnMs, pictures } = settings;
  const jpegs = await Promise.all(pictures.map((path) => readFile(path)));
  const server = await startServer('pictor', model, { cores, deadlineMs: DEADLINE_MS });
  await closedLoop(server.url, jpegs, 8, turnMs, true);
  const { throughput: sustainable } = await closedLoop(server.url, jpegs, 8, turnMs * 2, true);
  const before = await server.usage();
  const offered = sustainable * 2;
  const { samples, elapsedMs, cpuMs } = await rawLoad({
    url: new URL('/v1/classify', server.url),
    bodies: jpegs.map((jpeg) => requestBody(jpeg, 'jpeg', 'raw')),
    pace: { kind: 'open', rate: offered, maxInFlight: 1024 },
    extent: { durationMs: turnMs * 4 },
  });
  const after = await server.usage();
  await server.close();
  const accepted = samples.filter(isOk);
  const refused = samples.filter(isRefused);
  const goodput = (accepted.length * 1000) / elapsedMs;
  return {
    model: model.id,
    deadlineMs: DEADLINE_MS,
    sustainable,
    offered,
    goodput,
    goodputShare: goodput / sustainable,
    acceptedP99Ms: percentile(
      accepted.map(({ latencyMs }) => latencyMs),
      99,
    ),
    refusedP50Ms: percentile(
      refused.map(({ latencyMs }) => latencyMs),
      50,
    ),
    refusedP99Ms: percentile(
      refused.map(({ latencyMs }) => latencyMs),
      99,
    ),
    requests: samples.length,
    accepted: accepted.length,
    refused: refused.length,
    lost: samples.length - accepted.length - refused.length,
    memoryMb: [before.memoryMb, after.memoryMb],
    eventLoopDelayP99Ms: after.eventLoopDelayP99Ms,
    clientShare: cpuMs / (elapsedMs * cores),
  };
}

export interface HealthResult {
  readonly model: string;
  readonly checks: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly eventLoopDelayP99Ms: number;
}

/** `/healthz` while every worker is busy and a line is waiting. */
export async function health(model: BenchModel, settings: Settings): Promise<HealthResult> {
  const { cores, turnMs, pictures } = settings;
  const jpegs = await Promise.all(pictures.map((path) => readFile(path)));
  const server = await startServer('pictor', model, { cores });
  await closedLoop(server.url, jpegs, 8, turnMs / 2);
  await server.usage();
  const load = closedLoop(server.url, jpegs, 16, turnMs * 3);
  const latencies: number[] = [];
  let loaded = true;
  const watch = (async () => {
    while (loaded) {
      const started = performance.now();
      const { body } = await request(new URL('/healthz', server.url));
      await body.dump();
      latencies.push(performance.now() - started);
      await sleep(20);
    }
  })();
  await load;
  loaded = false;
  await watch;
  const { eventLoopDelayP99Ms } = await server.usage();
  await server.close();
  return {
    model: model.id,
    checks: latencies.length,
    p50Ms: percentile(latencies, 50),
    p99Ms: percentile(latencies, 99),
    eventLoopDelayP99Ms,
  };
}
