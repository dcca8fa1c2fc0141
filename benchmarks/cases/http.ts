/**
 * The same pictures over HTTP: throughput and latency at several concurrencies, and what HTTP costs.
 *
 * @module
 */
import { readFile } from 'node:fs/promises';
import { requestBody } from '../../src/load-test/request-body.ts';
import type { BenchModel } from '../contenders/contender.ts';
import { type BenchServer, startServer } from '../servers/server.ts';
import { percentile, ratios, type Spread, spread } from '../statistics.ts';
import { startSubject } from '../subject.ts';
import { closedLoop } from './load.ts';
import { rawRequest } from './raw-client.ts';
import type { Settings } from './settings.ts';

const CONCURRENCIES = [1, 2, 8, 32] as const;
const SERVERS = ['pictor', 'transformers', 'main-thread'] as const;

/** Pictures whose answers over HTTP are compared with those in-process before anything is timed. */
const COMPARED = 10;

/** V8 compiles for the first several hundred requests. */
const WARM_UP_MS = 6_000;

interface Cell {
  readonly throughput: Spread;
  readonly p50Ms: Spread;
  readonly p99Ms: Spread;
  /** Processor time of all processes of the server, milliseconds an answer. */
  readonly cpuMs: Spread;
  /** The same of the client that makes the load. */
  readonly clientCpuMs: Spread;
  /** The client's part of the machine's processor time. */
  readonly clientShare: Spread;
}

export interface HttpResult {
  readonly model: string;
  /** By server and concurrency. */
  readonly servers: Readonly<Record<string, Readonly<Record<string, Cell>>>>;
  /** Event-loop delay of the serving thread at the highest concurrency, 99th percentile, milliseconds. */
  readonly eventLoopDelayP99Ms: Readonly<Record<string, number>>;
  /** Pictor over HTTP against the other servers at concurrency 8. */
  readonly against: Readonly<Record<string, Spread>>;
  /** Throughput of Pictor over HTTP against Pictor in-process at concurrency 8, on cores that the client shares. */
  readonly ofInProcess: Spread;
  /** The same without the client: processor time of a picture in-process against that of the server. */
  readonly ofInProcessCpu: Spread;
  /** Milliseconds of processor time of a picture in-process. */
  readonly inProcessCpuMs: Spread;
}

export async function http(model: BenchModel, settings: Settings): Promise<HttpResult> {
  const { rounds, turnMs, pictures, cores, log } = settings;
  const jpegs = await Promise.all(pictures.map((path) => readFile(path)));
  const servers = [];
  for (const key of SERVERS) {
    try {
      servers.push(await startServer(key, model, { cores }));
    } catch (thrown) {
      log(`  ${key} cannot run here: ${String(thrown)}`);
    }
  }
  for (const server of servers) await proveSame(server, model, settings, jpegs);
  const inProcess = await startSubject('pictor', model, { cores });
  await inProcess.run(pictures, 8, WARM_UP_MS);
  const local: { throughput: number; cpuMs: number }[] = [];
  const samples = new Map<string, Sample[]>();
  const delays: Record<string, number> = {};
  for (const server of servers) await closedLoop(server.url, jpegs, 8, WARM_UP_MS);
  for (let round = 0; round < rounds; round++) {
    for (const concurrency of CONCURRENCIES.toReversed()) {
      if (concurrency === 8) {
        const run = await inProcess.run(pictures, 8, turnMs);
        local.push({ throughput: (run.pictures * 1000) / run.wallMs, cpuMs: run.cpuMs / run.pictures });
      }
      for (const server of servers) {
        const before = await server.usage();
        const { throughput, latencies, clientCpuMs } = await closedLoop(
          server.url,
          jpegs,
          concurrency,
          turnMs,
        );
        const usage = await server.usage();
        if (concurrency === 32)
          delays[server.key] = Math.max(delays[server.key] ?? 0, usage.eventLoopDelayP99Ms);
        const key = `${server.key} ${concurrency}`;
        const known = samples.get(key) ?? [];
        samples.set(key, known);
        known.push({
          throughput,
          p50Ms: percentile(latencies, 50),
          p99Ms: percentile(latencies, 99),
          cpuMs: (usage.cpuMs - before.cpuMs) / latencies.length,
          clientCpuMs,
          clientShare: (clientCpuMs * throughput) / (cores * 1000),
        });
      }
    }
    log(`  ${model.id}: round ${round + 1} of ${rounds}`);
  }
  await Promise.all([inProcess.close(), ...servers.map((server) => server.close())]);

  const at = (key: string) => samples.get(`${key} 8`) ?? [];
  const throughputs = (key: string) => at(key).map(({ throughput }) => throughput);
  const localCpu = local.map(({ cpuMs }) => cpuMs);
  return {
    model: model.id,
    servers: Object.fromEntries(
      servers.map(({ key }) => [
        key,
        Object.fromEntries(
          CONCURRENCIES.map((concurrency) => [
            String(concurrency),
            cellOf(samples.get(`${key} ${concurrency}`) ?? []),
          ]),
        ),
      ]),
    ),
    eventLoopDelayP99Ms: delays,
    against: Object.fromEntries(
      servers
        .filter(({ key }) => key !== 'pictor')
        .map(({ key }) => [key, ratios(throughputs('pictor'), throughputs(key))]),
    ),
    ofInProcess: ratios(
      throughputs('pictor'),
      local.map(({ throughput }) => throughput),
    ),
    ofInProcessCpu: ratios(
      localCpu,
      at('pictor').map(({ cpuMs }) => cpuMs),
    ),
    inProcessCpuMs: spread(localCpu),
  };
}

type Sample = { readonly [Name in keyof Cell]: number };

function cellOf(samples: readonly Sample[]): Cell {
  const of = (name: keyof Sample) => spread(samples.map((sample) => sample[name]));
  return {
    throughput: of('throughput'),
    p50Ms: of('p50Ms'),
    p99Ms: of('p99Ms'),
    cpuMs: of('cpuMs'),
    clientCpuMs: of('clientCpuMs'),
    clientShare: of('clientShare'),
  };
}

/** A server that answers something else is not timed. @throws when a first answer differs from that in-process */
async function proveSame(
  { key, url }: BenchServer,
  model: BenchModel,
  { cores, pictures }: Settings,
  jpegs: readonly Uint8Array[],
): Promise<void> {
  const subject = await startSubject(key, model, { cores });
  const expected = await subject.answers(pictures.slice(0, COMPARED));
  await subject.close();
  for (const [i, jpeg] of jpegs.slice(0, COMPARED).entries()) {
    const { status, text } = await rawRequest(new URL('/v1/classify', url), requestBody(jpeg, 'jpeg', 'raw'));
    const { predictions } = JSON.parse(text) as {
      readonly predictions?: readonly (number | { readonly index: number })[];
    };
    const first = predictions?.[0];
    const index = typeof first === 'object' ? first.index : first;
    if (status !== 200 || index === undefined || index !== expected[i]?.[0])
      throw new Error(
        `${key} over HTTP: ${status}, class ${index} where it is ${expected[i]?.[0]} in-process`,
      );
  }
}
