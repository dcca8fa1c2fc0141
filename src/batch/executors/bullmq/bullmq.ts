/**
 * As many machines as there are, through a queue. The queue may be wiped, killed or repeat itself: whoever works compares
 * shards with the plan, and adds what is missing.
 *
 * @module
 */

import { setTimeout as sleep } from 'node:timers/promises';
import { joinSignals } from '../../../base/join-signals.ts';
import { isPictorError } from '../../../errors.ts';
import { chunksOf } from '../../plan/read-plan.ts';
import { finishedChunks } from '../../run/shard.ts';
import type { Executor, ExecutorContext } from '../types.ts';
import { type ChunkQueue, queueBackend } from './backend.ts';

export interface BullExecutorOptions {
  /** `redis://…` or `postgres://…`. */
  readonly address: string;
  /** Milliseconds between two comparisons of shards and plan (default 2 000). */
  readonly compareMs?: number;
  /** Hears of a queue that is away; work goes on when it is back. */
  readonly onTrouble?: (error: Error) => void;
}

/**
 * A worker of a queue, which is its controller too: there may be any number of them.
 *
 * @throws BATCH_QUEUE_FAILED when the queue cannot be used at the start
 */
export function byQueue({ address, compareMs = 2_000, onTrouble = () => {} }: BullExecutorOptions): Executor {
  return {
    share: 'queue',
    async work(context) {
      const backend = await queueBackend(address, context.plan.id);
      const queue = await backend.openQueue();
      const fatal = new AbortController();
      const over = joinSignals(context.stopping, fatal.signal);
      try {
        await addMissing(context, queue);
        const worker = await backend.openWorker({
          atOnce: context.atOnce,
          onError: onTrouble,
          async run(chunk) {
            try {
              await context.run(chunk, context.aborting);
            } catch (error) {
              // What no other try can mend ends this worker; the chunk goes back.
              if (isPictorError(error) && !error.retryable) fatal.abort(error);
              throw error;
            }
          },
        });
        try {
          await untilDone(context, queue, over.signal, compareMs, onTrouble);
        } finally {
          await worker.close();
        }
      } finally {
        over.release();
        await queue.close();
      }
      if (fatal.signal.aborted) throw fatal.signal.reason;
    },
  };
}

/** Adds the chunks that have no shard. @returns how many those are */
async function addMissing({ plan, place }: ExecutorContext, queue: ChunkQueue): Promise<number> {
  const done = await finishedChunks(place);
  const missing = Array.from({ length: chunksOf(plan) }, (_, chunk) => chunk).filter(
    (chunk) => !done.has(chunk),
  );
  await queue.add(missing);
  return missing.length;
}

async function untilDone(
  context: ExecutorContext,
  queue: ChunkQueue,
  over: AbortSignal,
  compareMs: number,
  onTrouble: (error: Error) => void,
): Promise<void> {
  while (!over.aborted) {
    await sleep(compareMs, undefined, { signal: over }).catch(() => {});
    if (over.aborted) return;
    try {
      // An empty queue is not the end of the run: it may have been wiped.
      if ((await queue.pending()) === 0 && (await addMissing(context, queue)) === 0) return;
    } catch (error) {
      onTrouble(error instanceof Error ? error : new Error(String(error)));
    }
  }
}
