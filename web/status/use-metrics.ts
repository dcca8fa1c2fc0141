import { useEffect, useState } from 'preact/hooks';
import { pause, send } from '../api/client.ts';
import { type Failure, failureOf } from '../api/failure.ts';
import { useSession } from '../base/session.ts';
import { parseMetrics, quantileBetween, type Reading, total } from './prometheus.ts';

const EVERY_MS = 2000;
/** Points of a chart: two minutes. */
const MOST_POINTS = 60;

export interface Point {
  readonly rate: number;
  readonly errorRate: number;
  /** Seconds. */
  readonly latency: number;
  readonly queue: number;
  readonly busy: number;
  readonly memory: number;
}

export interface Metrics {
  readonly points: readonly Point[];
  readonly reading: Reading;
  readonly failure: Failure | undefined;
}

/** Reads the metrics again and again, while somebody looks. */
export function useMetrics(): Metrics {
  const { key } = useSession();
  const [state, setState] = useState<Metrics>({ points: [], reading: new Map(), failure: undefined });
  useEffect(() => {
    const abort = new AbortController();
    const { signal } = abort;
    let before: { reading: Reading; at: number } | undefined;
    const loop = async () => {
      for (;;) {
        try {
          const reading = parseMetrics(await (await send('/metrics', { signal })).text());
          const now = { reading, at: performance.now() };
          const point = before && pointOf(before.reading, reading, (now.at - before.at) / 1000);
          before = now;
          setState(({ points }) => ({
            points: point ? [...points, point].slice(-MOST_POINTS) : points,
            reading,
            failure: undefined,
          }));
        } catch (thrown) {
          signal.throwIfAborted();
          const failure = failureOf(thrown);
          before = undefined;
          setState((last) => ({ ...last, failure }));
          if (failure.status === 401 || failure.status === 403) return;
        }
        do await pause(EVERY_MS, signal);
        while (document.hidden);
      }
    };
    loop().catch(() => {});
    return () => abort.abort();
  }, [key]);
  return state;
}

function pointOf(before: Reading, after: Reading, seconds: number): Point {
  const rateOf = (name: string) => Math.max(0, total(after, name) - total(before, name)) / seconds;
  return {
    rate: rateOf('pictor_requests_total'),
    errorRate: rateOf('pictor_errors_total'),
    latency: quantileBetween(before, after, 'pictor_request_duration_seconds', 0.95) ?? 0,
    queue: total(after, 'pictor_engine_queue_pictures'),
    busy: total(after, 'pictor_engine_workers_busy'),
    memory: total(after, 'process_resident_memory_bytes'),
  };
}
