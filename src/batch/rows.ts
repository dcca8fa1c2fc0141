import { PictorError } from '../errors.ts';
import type { Place } from './place/types.ts';
import { chunksOf, readInputs } from './plan/read-plan.ts';
import { finishedChunks, readShard } from './run/shard.ts';
import type { BatchInput, BatchPlan, BatchRow } from './types.ts';

/**
 * Every row of a finished run, in the order of its list.
 *
 * @throws BATCH_PLAN_INVALID when shards are missing, BATCH_SHARD_INVALID when one is not whole
 */
export async function* allRows(plan: BatchPlan, place: Place): AsyncGenerator<BatchRow> {
  const done = await finishedChunks(place);
  const all = chunksOf(plan);
  if (done.size < all) {
    throw new PictorError('BATCH_PLAN_INVALID', {
      expected: `${all} shards at ${place.url}`,
      received: `${done.size}`,
      fix: 'Finish the run first: pictor batch work; or join what there is with --partial',
    });
  }
  for (let chunk = 0; chunk < all; chunk++) yield* await readShard(plan, place, chunk);
}

/** The rows of the shards that are there. @throws BATCH_SHARD_INVALID */
export async function* rowsSoFar(plan: BatchPlan, place: Place): AsyncGenerator<BatchRow> {
  const done = await finishedChunks(place);
  for (const chunk of [...done.keys()].sort((a, b) => a - b)) yield* await readShard(plan, place, chunk);
}

/** Inputs whose rows are failures, for a plan that repeats them. */
export async function* failedInputs(
  plan: BatchPlan,
  place: Place,
  { onlyRetryable = false } = {},
): AsyncGenerator<BatchInput> {
  const done = await finishedChunks(place);
  for (const chunk of [...done.keys()].sort((a, b) => a - b)) {
    const rows = await readShard(plan, place, chunk);
    if (!rows.some((row) => 'error' in row)) continue;
    const inputs = await readInputs(plan, place, chunk);
    for (const [at, row] of rows.entries()) {
      const input = inputs[at];
      if (input && 'error' in row && (row.error.retryable || !onlyRetryable)) {
        yield { ...input, row: input.row ?? row.i };
      }
    }
  }
}
