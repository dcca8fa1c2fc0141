/**
 * The same pictures over HTTP: throughput and latency at several concurrencies, and what HTTP costs.
 *
 * @module
 */
import { readFile } from 'node:fs/promises';
import type { BenchModel } from '../contenders/contender.ts';
import { startServer } from '../servers/server.ts';
import { percentile, ratios, type Spread, spread } from '../statistics.ts';
import { startSubject } from '../subject.ts';
import { closedLoop } from './load.ts';
import type { Settings } from './settings.ts';

const CONCURRENCIES = [1, 2, 8, 32] as const;
const SERVERS = ['pictor', 'transformers', 'main-thread'] as const;

interface Cell {
  readonly throughput: Spread;
  readonly p50Ms: Spread;
  readonly p99Ms: Spread;
}

export interface HttpResult {
  readonly model: string;
  /** By server and concurrency. */
  readonly servers: Readonly<Record<string, Readonly<Record<string, Cell>>>>;
  /** Event-loop delay of the serving thread at the highest concurrency, 99th percentile, milliseconds. */
  readonly eventLoopDelayP99Ms: Readonly<Record<string, number>>;
  /** Pictor over HTTP against the other servers at concurrency 8. */
  readonly against: Readonly<Record<string, Spread>>;
  /** Pictor over HTTP against Pictor in-process at concurrency 8. */
  readonly ofInProcess: Spread;
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
  const inProcess = await startSubject('pictor', model, { cores });
  await inProcess.run(pictures, 8, turnMs / 2);
  const local: number[] = [];
  const samples = new Map<string, { throughput: number[]; p50: number[]; p99: number[] }>();
  const delays: Record<string, number> = {};
  for (const server of servers) await closedLoop(server.url, jpegs, 8, turnMs / 2);
  for (let round = 0; round < rounds; round++) {
    const run = await inProcess.run(pictures, 8, turnMs);
    local.push((run.pictures * 1000) / run.wallMs);
    for (const concurrency of CONCURRENCIES.toReversed()) {
      for (const server of servers) {
        await server.usage();
        const { throughput, latencies } = await closedLoop(server.url, jpegs, concurrency, turnMs);
        const usage = await server.usage();
        if (concurrency === 32)
          delays[server.key] = Math.max(delays[server.key] ?? 0, usage.eventLoopDelayP99Ms);
        const key = `${server.key} ${concurrency}`;
        const cell = samples.get(key) ?? { throughput: [], p50: [], p99: [] };
        samples.set(key, cell);
        cell.throughput.push(throughput);
        cell.p50.push(percentile(latencies, 50));
        cell.p99.push(percentile(latencies, 99));
      }
    }
    log(`  ${model.id}: round ${round + 1} of ${rounds}`);
  }
  await Promise.all([inProcess.close(), ...servers.map((server) => server.close())]);

  const at = (key: string) => samples.get(`${key} 8`)?.throughput ?? [];
  return {
    model: model.id,
    servers: Object.fromEntries(
      servers.map(({ key }) => [
        key,
        Object.fromEntries(
          CONCURRENCIES.flatMap((concurrency) => {
            const cell = samples.get(`${key} ${concurrency}`);
            return cell === undefined
              ? []
              : [
                  [
                    String(concurrency),
                    {
                      throughput: spread(cell.throughput),
                      p50Ms: spread(cell.p50),
                      p99Ms: spread(cell.p99),
                    },
                  ],
                ];
          }),
        ),
      ]),
    ),
    eventLoopDelayP99Ms: delays,
    against: Object.fromEntries(
      servers.filter(({ key }) => key !== 'pictor').map(({ key }) => [key, ratios(at('pictor'), at(key))]),
    ),
    ofInProcess: ratios(at('pictor'), local),
  };
}
