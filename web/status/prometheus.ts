/**
 * The text format of Prometheus, as far as this server writes it, and what can be seen between two readings.
 *
 * @module
 */

interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Samples by the name of their metric. */
export type Reading = ReadonlyMap<string, readonly Sample[]>;

export function parseMetrics(text: string): Reading {
  const reading = new Map<string, Sample[]>();
  for (const line of text.split('\n')) {
    const [, name, labels = '', value] = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)/.exec(line) ?? [];
    if (name === undefined || value === undefined) continue;
    const pairs = [...labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(
      ([, key = '', text = '']) => [key, text] as const,
    );
    const samples = reading.get(name) ?? [];
    reading.set(name, samples);
    samples.push({
      labels: Object.fromEntries(pairs),
      value: value === '+Inf' ? Number.POSITIVE_INFINITY : Number(value),
    });
  }
  return reading;
}

/** All samples of a metric together. */
export function total(reading: Reading, name: string): number {
  return (reading.get(name) ?? []).reduce((sum, { value }) => sum + value, 0);
}

/**
 * A quantile of what happened between two readings of a histogram.
 *
 * @param quantile 0..1
 * @returns the upper end of the bucket that it falls into, interpolated; nothing when nothing happened
 */
export function quantileBetween(
  before: Reading,
  after: Reading,
  name: string,
  quantile: number,
): number | undefined {
  const counts = (reading: Reading) => {
    const sums = new Map<number, number>();
    for (const { labels, value } of reading.get(`${name}_bucket`) ?? []) {
      const le = labels['le'] === '+Inf' ? Number.POSITIVE_INFINITY : Number(labels['le']);
      sums.set(le, (sums.get(le) ?? 0) + value);
    }
    return sums;
  };
  const earlier = counts(before);
  const buckets = [...counts(after)]
    .map(([le, n]) => [le, n - (earlier.get(le) ?? 0)] as const)
    .sort(([a], [b]) => a - b);
  const all = buckets.at(-1)?.[1] ?? 0;
  if (all <= 0) return undefined;
  let [from, below] = [0, 0];
  for (const [le, n] of buckets) {
    if (n >= quantile * all)
      return le === Number.POSITIVE_INFINITY
        ? from
        : from + ((le - from) * (quantile * all - below)) / Math.max(1, n - below);
    [from, below] = [le, n];
  }
  return from;
}
