/** One bar of a histogram. */
export interface Bin {
  /** Milliseconds, inclusive. */
  readonly from: number;
  /** Milliseconds, exclusive (inclusive for the last one). */
  readonly to: number;
  readonly count: number;
}

/**
 * Counts latencies in bins of equal width on a logarithmic scale, which shows both the body and the tail.
 *
 * @param values milliseconds, above 0
 * @param bins number of bins wanted
 */
export function histogram(values: readonly number[], bins: number): Bin[] {
  const positive = values.filter((value) => value > 0);
  if (positive.length === 0) return [];
  const low = Math.log(positive.reduce((a, b) => Math.min(a, b)));
  const high = Math.log(positive.reduce((a, b) => Math.max(a, b)));
  const count = high - low < 1e-9 ? 1 : bins;
  const width = (high - low) / count || 1;
  const counts = new Array<number>(count).fill(0);
  for (const value of positive) {
    const i = Math.min(count - 1, Math.floor((Math.log(value) - low) / width));
    counts[i] = (counts[i] ?? 0) + 1;
  }
  return counts.map((n, i) => ({
    from: Math.exp(low + i * width),
    to: Math.exp(count === 1 ? high : low + (i + 1) * width),
    count: n,
  }));
}
