import { mapAtMost } from '../../base/map-at-most.ts';
import { chunksOf } from '../plan/read-plan.ts';
import { finishedChunks } from '../run/shard.ts';
import type { Executor, ExecutorContext } from './types.ts';

/** One machine, all its cores, no service: every chunk that has no shard, two at a time. */
export const inProcess: Executor = {
  share: 'alone',
  work: (context) => workThrough(context, () => true),
};

/**
 * One of `of` workers that know nothing of each other: a Kubernetes Indexed Job, a Cloud Run job, an AWS Batch array, a
 * shell loop. Worker i takes every chunk whose number leaves the remainder i.
 *
 * @param index from 0
 */
export function byIndex(index: number, of: number): Executor {
  return {
    share: `${index}/${of}`,
    work: (context) => workThrough(context, (chunk) => chunk % of === index),
  };
}

async function workThrough(context: ExecutorContext, isMine: (chunk: number) => boolean): Promise<void> {
  const { plan, place, run, atOnce, stopping, aborting } = context;
  const done = await finishedChunks(place);
  const chunks = Array.from({ length: chunksOf(plan) }, (_, chunk) => chunk);
  const missing = chunks.filter((chunk) => isMine(chunk) && !done.has(chunk));
  await mapAtMost(atOnce, missing, async (chunk) => {
    if (!stopping.aborted) await run(chunk, aborting);
  });
}
