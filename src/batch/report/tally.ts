import { findingsOf } from '../output/findings.ts';
import type { Place } from '../place/types.ts';
import { finishedChunks, readShard } from '../run/shard.ts';
import type { BatchPlan, BatchRow } from '../types.ts';

/** Labels that are counted one by one; a run with more is one of free text. */
const LABELS = 5_000;

/** A label of a run. */
export interface LabelCount {
  /** Pictures that have it. */
  count: number;
  /** The picture that has it most clearly. */
  best: { readonly uri: string; readonly score: number };
}

/** A kind of failure. */
export interface ErrorCount {
  count: number;
  readonly retryable: boolean;
  /** The first picture that failed so. */
  readonly example: { readonly uri: string; readonly message: string };
}

/** What the rows of a run say so far. */
export interface Tally {
  readonly rows: number;
  readonly failed: number;
  readonly labels: ReadonlyMap<string, LabelCount>;
  readonly errors: ReadonlyMap<string, ErrorCount>;
  /** When each chunk was done, in milliseconds since 1970. */
  readonly done: ReadonlyMap<number, number>;
  /** Reads the shards that have come since. @throws BATCH_SHARD_INVALID */
  update(): Promise<void>;
}

/** Counts rows, each shard once. */
export function createTally(plan: BatchPlan, place: Place): Tally {
  const labels = new Map<string, LabelCount>();
  const errors = new Map<string, ErrorCount>();
  const done = new Map<number, number>();
  let [rows, failed] = [0, 0];

  function count(row: BatchRow): void {
    rows++;
    if ('error' in row) {
      failed++;
      const { code, message, retryable } = row.error;
      const known = errors.get(code);
      if (known) known.count++;
      else errors.set(code, { count: 1, retryable, example: { uri: row.uri, message } });
      return;
    }
    const found = findingsOf(row)?.labels ?? [];
    for (const label of new Set(found.map((one) => one.label))) {
      const score = found.find((one) => one.label === label)?.score ?? 0;
      const known = labels.get(label);
      if (known === undefined) {
        if (labels.size < LABELS) labels.set(label, { count: 1, best: { uri: row.uri, score } });
        continue;
      }
      known.count++;
      if (score > known.best.score) known.best = { uri: row.uri, score };
    }
  }

  let updating: Promise<void> | undefined;
  async function read(): Promise<void> {
    const found = [...(await finishedChunks(place))].sort(([one], [other]) => one - other);
    for (const [chunk, at] of found) {
      if (done.has(chunk)) continue;
      for (const row of await readShard(plan, place, chunk)) count(row);
      done.set(chunk, at);
    }
  }
  return {
    get rows() {
      return rows;
    },
    get failed() {
      return failed;
    },
    labels,
    errors,
    done,
    update() {
      updating ??= read().finally(() => {
        updating = undefined;
      });
      return updating;
    },
  };
}
