import { isPictorError } from '../errors.ts';
import type { Place } from './place/types.ts';
import { chunksOf, sizeOf } from './plan/read-plan.ts';
import { type Presence, workersAt } from './run/presence.ts';
import { finishedChunks, readShard } from './run/shard.ts';
import type { BatchPlan, BatchRow } from './types.ts';

/** How far a run is, by its shards. */
export interface BatchStatus {
  readonly plan: BatchPlan;
  readonly chunks: { readonly done: number; readonly all: number; readonly begun: number };
  readonly inputs: { readonly done: number; readonly all: number };
  /** Inputs per second over the last shards; undefined before there are two. */
  readonly rate?: number;
  /** Seconds left at that rate. */
  readonly secondsLeft?: number;
  /** Milliseconds since 1970 of the last shard. */
  readonly lastShardMs?: number;
  /** Age of the oldest chunk that was begun and is not done. */
  readonly oldestBegunSeconds?: number;
  /** Workers that were heard of in the last minute. */
  readonly workers: readonly Presence[];
  /** Chunks without a shard, in order. */
  readonly missing: readonly number[];
}

/** Shards that the rate is taken over. */
const RECENT = 50;

/** Compares shards and plan. It reads names and times only: thousands of shards are one listing. */
export async function statusOf(plan: BatchPlan, place: Place): Promise<BatchStatus> {
  const done = await finishedChunks(place);
  const journals = await place.list('begun-');
  const workers = await workersAt(place);
  const all = chunksOf(plan);
  const missing: number[] = [];
  let inputs = 0;
  for (let chunk = 0; chunk < all; chunk++) {
    if (done.has(chunk)) inputs += sizeOf(plan, chunk);
    else missing.push(chunk);
  }
  const recent = [...done].sort(([, one], [, other]) => other - one).slice(0, RECENT);
  const [newest] = recent;
  const oldest = recent.at(-1);
  const spanMs = newest && oldest ? newest[1] - oldest[1] : 0;
  // What was written with the oldest of them was worked on before the span.
  const counted = recent.slice(0, -1).reduce((sum, [chunk]) => sum + sizeOf(plan, chunk), 0);
  const rate = spanMs >= 1_000 ? (counted * 1000) / spanMs : undefined;
  return {
    plan,
    chunks: { done: all - missing.length, all, begun: journals.length },
    inputs: { done: inputs, all: plan.count },
    ...(rate !== undefined && { rate, secondsLeft: (plan.count - inputs) / rate }),
    ...(newest && { lastShardMs: newest[1] }),
    ...(journals.length > 0 && {
      oldestBegunSeconds: Math.max(
        0,
        (Date.now() - Math.min(...journals.map(({ modifiedMs }) => modifiedMs))) / 1000,
      ),
    }),
    workers,
    missing,
  };
}

/** What the rows of all shards say. */
export interface BatchOutcome {
  readonly rows: number;
  readonly failed: number;
  /** Failures by error code. */
  readonly errors: Readonly<Record<string, number>>;
  readonly retryable: number;
  /** Shards that are not whole, each as one sentence that says what to do; their rows are not counted. */
  readonly damaged: readonly string[];
}

/** Reads every shard that is there; a damaged one is named, and hides none of the others. */
export async function outcomeOf(plan: BatchPlan, place: Place): Promise<BatchOutcome> {
  const errors: Record<string, number> = {};
  const damaged: string[] = [];
  let [rows, failed, retryable] = [0, 0, 0];
  for (const chunk of [...(await finishedChunks(place)).keys()].sort((a, b) => a - b)) {
    for (const row of await readShard(plan, place, chunk).catch(asDamaged)) {
      rows++;
      if (!('error' in row)) continue;
      failed++;
      errors[row.error.code] = (errors[row.error.code] ?? 0) + 1;
      if (row.error.retryable) retryable++;
    }
  }
  return { rows, failed, errors, retryable, damaged };

  function asDamaged(thrown: unknown): readonly BatchRow[] {
    if (!isPictorError(thrown) || thrown.code !== 'BATCH_SHARD_INVALID') throw thrown;
    damaged.push(thrown.message);
    return [];
  }
}
