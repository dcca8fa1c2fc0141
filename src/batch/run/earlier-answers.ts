/**
 * Answers of another run of the same model, found by content.
 *
 * @module
 */
import { PictorError } from '../../errors.ts';
import type { Place } from '../place/types.ts';
import { readPlan } from '../plan/read-plan.ts';
import type { BatchPlan } from '../types.ts';
import { finishedChunks, readShard } from './shard.ts';

/** Pictures that are remembered at most: about 150 bytes of memory each. */
const PICTURES = 2_000_000;
/** Shards whose rows are kept. */
const SHARDS = 8;

/** Answers by the sha256 of a picture's bytes. */
export interface EarlierAnswers {
  readonly size: number;
  find(sha256: string): Promise<Readonly<Record<string, unknown>> | undefined>;
}

/**
 * Reads which pictures an earlier run has answers for. The answers themselves are read when they are needed.
 *
 * @param plan of the run that wants them
 * @throws BATCH_PLAN_INVALID when the other run is of another model, task or options; BATCH_SHARD_INVALID
 */
export async function earlierAnswers(plan: BatchPlan, place: Place): Promise<EarlierAnswers> {
  const earlier = await readPlan(place);
  requireSame(plan, earlier, place);
  const rows = new Map<string, number>();
  for (const chunk of (await finishedChunks(place)).keys()) {
    for (const row of await readShard(earlier, place, chunk)) {
      if ('answer' in row && row.sha256 !== undefined && rows.size < PICTURES) rows.set(row.sha256, row.i);
    }
  }
  const shards = new Map<number, ReturnType<typeof readShard>>();
  return {
    size: rows.size,
    async find(sha256) {
      const i = rows.get(sha256);
      if (i === undefined) return undefined;
      const chunk = Math.floor(i / earlier.chunk);
      const shard = shards.get(chunk) ?? readShard(earlier, place, chunk);
      shards.delete(chunk);
      shards.set(chunk, shard);
      const [oldest] = shards.keys();
      if (shards.size > SHARDS && oldest !== undefined) shards.delete(oldest);
      const row = (await shard)[i % earlier.chunk];
      return row && 'answer' in row && row.sha256 === sha256 ? row.answer : undefined;
    },
  };
}

function requireSame(plan: BatchPlan, earlier: BatchPlan, place: Place): void {
  const decisive = ({ task, options, model }: BatchPlan) => ({ task, options, model: model.sha256 });
  const [mine, theirs] = [decisive(plan), decisive(earlier)];
  const different = (['task', 'options', 'model'] as const).filter(
    (key) => JSON.stringify(mine[key]) !== JSON.stringify(theirs[key]),
  );
  if (different.length === 0) return;
  throw new PictorError('BATCH_PLAN_INVALID', {
    expected: 'a run of the same model, task and options to take answers from',
    received: `${place.url}, which differs in ${different.join(', ')}`,
    fix: 'Leave out --reuse, or name another run',
  });
}
