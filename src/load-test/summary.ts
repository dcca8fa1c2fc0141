/**
 * Samples → the figures that people compare.
 *
 * @module
 */
import type { LoadTestResult, Sample } from './types.ts';

/** Latencies in milliseconds, of good answers only. */
export interface LatencySummary {
  readonly min: number;
  readonly mean: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly max: number;
}

export interface LoadTestSummary {
  readonly requests: number;
  /** Answers with a status from 200 to 299. */
  readonly ok: number;
  /** Everything else, by kind: `HTTP 503`, `timeout`, … */
  readonly errors: Readonly<Record<string, number>>;
  readonly elapsedMs: number;
  /** Good answers a second. */
  readonly throughput: number;
  /** Absent when nothing was answered well. */
  readonly latency?: LatencySummary;
  readonly bytesSent: number;
  readonly bytesReceived: number;
}

/**
 * Summarises a run.
 *
 * @param result of {@link runLoadTest}
 */
export function summarize(result: LoadTestResult): LoadTestSummary {
  const good = result.samples.filter(isOk);
  const errors: Record<string, number> = {};
  for (const sample of result.samples) {
    if (isOk(sample)) continue;
    const kind = sample.outcome.kind === 'answer' ? `HTTP ${sample.outcome.status}` : sample.outcome.reason;
    errors[kind] = (errors[kind] ?? 0) + 1;
  }
  const latency = latencySummary(good.map((sample) => sample.latencyMs));
  return {
    requests: result.samples.length,
    ok: good.length,
    errors,
    elapsedMs: result.elapsedMs,
    throughput: result.elapsedMs > 0 ? (good.length * 1000) / result.elapsedMs : 0,
    ...(latency && { latency }),
    bytesSent: result.bytesSent,
    bytesReceived: result.samples.reduce(
      (sum, { outcome }) => sum + (outcome.kind === 'answer' ? outcome.bytes : 0),
      0,
    ),
  };
}

/** Whether a request was answered well. */
export function isOk(sample: Sample): boolean {
  return sample.outcome.kind === 'answer' && sample.outcome.status >= 200 && sample.outcome.status < 300;
}

/**
 * Minimum, mean, percentiles and maximum.
 *
 * @param values milliseconds, any order
 * @returns nothing for an empty list
 */
export function latencySummary(values: readonly number[]): LatencySummary | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  const [min] = sorted;
  const max = sorted.at(-1);
  if (min === undefined || max === undefined) return undefined;
  return {
    min,
    mean: sorted.reduce((sum, value) => sum + value, 0) / sorted.length,
    p50: percentile(sorted, 50),
    p90: percentile(sorted, 90),
    p99: percentile(sorted, 99),
    max,
  };
}

/**
 * The nearest-rank percentile: the smallest value that at least `p` per cent of the values do not exceed.
 *
 * @param sorted ascending, not empty
 * @param p 0..100
 */
export function percentile(sorted: readonly number[], p: number): number {
  const rank = Math.max(1, Math.ceil((p / 100) * sorted.length));
  return sorted[rank - 1] ?? Number.NaN;
}
