import type { Place } from '../place/types.ts';
import type { ChunkReport } from '../run/run-chunk.ts';
import type { BatchPlan } from '../types.ts';

/** What an executor is given. */
export interface ExecutorContext {
  readonly plan: BatchPlan;
  readonly place: Place;
  /** Does a chunk; one whose shard is there costs nothing. */
  readonly run: (chunk: number, signal: AbortSignal) => Promise<ChunkReport>;
  /** Chunks in progress at a time: the second one hides the tail of the first. */
  readonly atOnce: number;
  /** Stop taking chunks, and finish those in progress. */
  readonly stopping: AbortSignal;
  /** Give up those in progress as well. */
  readonly aborting: AbortSignal;
}

/** Moves chunks to workers. It may lose, repeat and forget them: the shards are the truth. */
export interface Executor {
  /** `alone`, `queue`, or the share as `i/n`: two workers of one share do the same chunks. */
  readonly share: string;
  /** Works until this worker has nothing more to do, or is told to stop. */
  work(context: ExecutorContext): Promise<void>;
}
