/**
 * A worker of a batch run.
 *
 * @module
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { inProcess } from './executors/in-process.ts';
import type { Executor } from './executors/types.ts';
import type { Place } from './place/types.ts';
import { readPlan } from './plan/read-plan.ts';
import { announce, requireOnly } from './run/presence.ts';
import { type BatchRecognizer, type ChunkReport, runChunk } from './run/run-chunk.ts';
import type { BatchPlan } from './types.ts';

/** How a worker works. */
export interface WorkOptions {
  readonly place: Place;
  /** Opens what gives the answers, once. */
  readonly openRecognizer: (plan: BatchPlan) => Promise<BatchRecognizer>;
  /** Who moves the chunks (default: this process, all chunks). */
  readonly executor?: Executor;
  /** Chunks in progress at a time (default 2). */
  readonly chunksAtOnce?: number;
  /** Pictures of a chunk in progress at a time (default 16). */
  readonly picturesAtOnce?: number;
  /** Stops the worker: chunks in progress are finished within `graceMs`, or given back. */
  readonly signal?: AbortSignal;
  /** Milliseconds that chunks in progress have after `signal` (default 20 000). */
  readonly graceMs?: number;
  readonly onChunk?: (report: ChunkReport) => void;
}

/** What a worker has done. */
export interface WorkSummary {
  readonly plan: BatchPlan;
  readonly chunks: number;
  readonly rows: number;
  readonly failed: number;
  readonly ms: number;
}

/**
 * Works on a run until there is nothing left for this worker, or the signal fires.
 *
 * @throws BATCH_PLAN_INVALID, MODEL_HASH_MISMATCH when the model changed since the plan, BATCH_STORAGE_FAILED,
 *   BATCH_QUEUE_FAILED, FILE_WRITE_FAILED
 */
export async function workOn(options: WorkOptions): Promise<WorkSummary> {
  const { place, executor = inProcess, chunksAtOnce = 2, graceMs = 20_000 } = options;
  const began = performance.now();
  const plan = await readPlan(place);
  await requireOnly(place, executor.share);
  let [chunks, rows, failed] = [0, 0, 0];
  await using _presence = await announce(place, executor.share, () => ({ rows, failed }));
  await using recognizer = await options.openRecognizer(plan);
  const stopping = options.signal ?? new AbortController().signal;
  const aborting = new AbortController();
  const finished = new AbortController();
  stopping.addEventListener(
    'abort',
    () => {
      sleep(graceMs, undefined, { signal: finished.signal }).then(
        () => aborting.abort(new Error('the time to finish is over')),
        () => {},
      );
    },
    { once: true },
  );
  const run = async (chunk: number, signal: AbortSignal) => {
    const report = await runChunk(chunk, {
      plan,
      place,
      recognizer,
      signal,
      ...(options.picturesAtOnce !== undefined && { atOnce: options.picturesAtOnce }),
    });
    if (!report.already) chunks++;
    rows += report.rows;
    failed += report.failed;
    options.onChunk?.(report);
    return report;
  };
  try {
    await executor.work({ plan, place, run, atOnce: chunksAtOnce, stopping, aborting: aborting.signal });
  } finally {
    finished.abort();
  }
  return { plan, chunks, rows, failed, ms: performance.now() - began };
}
