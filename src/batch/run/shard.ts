/**
 * Result files. A shard that is there, whole, is done; nothing else is.
 *
 * @module
 */
import { gunzipSync, gzipSync } from 'node:zlib';
import * as z from 'zod';
import { PictorError } from '../../errors.ts';
import type { Place } from '../place/types.ts';
import { sizeOf } from '../plan/read-plan.ts';
import type { BatchPlan, BatchRow } from '../types.ts';

const SHARD = /^part-(\d{6,})\.jsonl(\.gz)?$/;

const rowSchema = z.union([
  z.object({
    i: z.int(),
    uri: z.string(),
    sha256: z.string().exactOptional(),
    answer: z.record(z.string(), z.unknown()),
  }),
  z.object({
    i: z.int(),
    uri: z.string(),
    sha256: z.string().exactOptional(),
    error: z.object({ code: z.string(), message: z.string(), retryable: z.boolean() }),
  }),
]);

/** Name of a chunk's shard. */
export function shardName(plan: Pick<BatchPlan, 'gzip'>, chunk: number): string {
  return `part-${String(chunk).padStart(6, '0')}.jsonl${plan.gzip ? '.gz' : ''}`;
}

/** Chunks whose shards are there, with when they were written. */
export async function finishedChunks(place: Place): Promise<Map<number, number>> {
  const done = new Map<number, number>();
  for (const { name, bytes, modifiedMs } of await place.list('part-')) {
    const chunk = SHARD.exec(name)?.[1];
    if (chunk !== undefined && bytes > 0) done.set(Number(chunk), modifiedMs);
  }
  return done;
}

/** Writes the rows of a chunk in one step. The same rows give the same bytes. */
export async function writeShard(
  plan: BatchPlan,
  place: Place,
  chunk: number,
  rows: readonly BatchRow[],
): Promise<void> {
  const text = Buffer.from(rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
  await place.write(shardName(plan, chunk), plan.gzip ? gzipSync(text) : text);
}

/**
 * Reads a shard and holds it against the plan.
 *
 * @throws BATCH_SHARD_INVALID when it is not whole, or was changed by hand
 */
export async function readShard(plan: BatchPlan, place: Place, chunk: number): Promise<BatchRow[]> {
  const name = shardName(plan, chunk);
  const bytes = await place.read(name);
  try {
    if (bytes === undefined) throw new Error('no such file');
    const text = (plan.gzip ? gunzipSync(bytes) : bytes).toString('utf8');
    const rows = text
      .split('\n')
      .filter(Boolean)
      .map((line) => rowSchema.parse(JSON.parse(line)) as BatchRow);
    const first = chunk * plan.chunk;
    if (rows.length !== sizeOf(plan, chunk)) throw new Error(`${rows.length} rows of ${sizeOf(plan, chunk)}`);
    rows.forEach((row, at) => {
      if (row.i !== first + at) throw new Error(`row ${row.i} where ${first + at} belongs`);
    });
    return rows;
  } catch (error) {
    throw new PictorError('BATCH_SHARD_INVALID', {
      expected: `rows ${chunk * plan.chunk} to ${chunk * plan.chunk + sizeOf(plan, chunk) - 1} in ${place.url}/${name}`,
      received: error instanceof Error ? error.message.slice(0, 200) : String(error),
      fix: `Delete the shard and run: pictor batch resume ${place.url}`,
      cause: error,
    });
  }
}
