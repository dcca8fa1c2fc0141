/**
 * A frozen plan: which pictures, which model, which options, in which chunks.
 *
 * @module
 */
import { createHash, randomUUID } from 'node:crypto';
import { open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PictorError } from '../../errors.ts';
import type { Place } from '../place/types.ts';
import { type BatchInput, type BatchPlan, LIST_NAME, PLAN_NAME } from '../types.ts';
import { findPlan } from './read-plan.ts';

/** What is planned. */
export interface PlanRequest {
  readonly source: string;
  readonly inputs: AsyncIterable<BatchInput>;
  readonly task: BatchPlan['task'];
  readonly options: Readonly<Record<string, unknown>>;
  readonly model: BatchPlan['model'];
  /** Inputs in a chunk (default 256). */
  readonly chunk?: number;
  /** Compress the shards (default false). */
  readonly gzip?: boolean;
}

/** Bytes of the list that are collected before they are written. */
const BLOCK = 1 << 18;

/**
 * Freezes the list and writes the plan. The same request gives the same plan, byte for byte; it may be made again.
 *
 * @param place where the run lies
 * @throws BATCH_PLAN_INVALID when there is another plan already or nothing to do, FILE_WRITE_FAILED, BATCH_STORAGE_FAILED
 */
export async function makePlan(request: PlanRequest, place: Place): Promise<BatchPlan> {
  const { source, task, options, model, chunk = 256, gzip = false } = request;
  const draft = join(tmpdir(), `pictor-list-${randomUUID()}.jsonl`);
  try {
    const { count, ...list } = await freeze(request.inputs, chunk, draft);
    if (count === 0) {
      throw new PictorError('BATCH_PLAN_INVALID', { expected: `pictures in ${source}`, received: 'none' });
    }
    const decisive = JSON.stringify([task, sorted(options), model, chunk, gzip, count, list.sha256]);
    const id = createHash('sha256').update(decisive).digest('hex').slice(0, 16);
    const plan: BatchPlan = {
      version: 1,
      id,
      source,
      task,
      options: sorted(options),
      model,
      chunk,
      count,
      gzip,
      list,
    };
    const earlier = await findPlan(place);
    if (earlier?.id === id) return earlier;
    if (earlier !== undefined) throw changed(earlier, plan, place);
    await place.writeFile(LIST_NAME, draft);
    // The plan comes last: where there is one, its list is whole.
    await place.write(PLAN_NAME, Buffer.from(`${JSON.stringify(plan)}\n`));
    // Whoever planned at the same moment may have written last.
    const written = await findPlan(place);
    if (written?.id !== id) throw changed(written ?? plan, plan, place);
    return plan;
  } finally {
    await rm(draft, { force: true });
  }
}

async function freeze(inputs: AsyncIterable<BatchInput>, chunk: number, draft: string) {
  const file = await open(draft, 'wx');
  const hash = createHash('sha256');
  const offsets: number[] = [];
  let [count, bytes, block] = [0, 0, ''];
  const flush = async () => {
    const content = Buffer.from(block);
    block = '';
    hash.update(content);
    bytes += content.length;
    await file.write(content);
  };
  try {
    for await (const input of inputs) {
      if (count % chunk === 0) {
        await flush();
        offsets.push(bytes);
      }
      block += `${JSON.stringify(input)}\n`;
      count++;
      if (block.length > BLOCK) await flush();
    }
    await flush();
  } finally {
    await file.close();
  }
  return { count, sha256: hash.digest('hex'), bytes, offsets };
}

function sorted(options: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(options).sort(([one], [other]) => (one < other ? -1 : 1)));
}

function changed(earlier: BatchPlan, now: BatchPlan, place: Place): PictorError {
  // Where chunks begin follows from their size.
  const decisive = ({ list, ...rest }: BatchPlan) => ({ ...rest, list: list.sha256 });
  const [before, after] = [decisive(earlier), decisive(now)];
  const different = (['task', 'options', 'model', 'chunk', 'gzip', 'count', 'list'] as const).filter(
    (key) => JSON.stringify(before[key]) !== JSON.stringify(after[key]),
  );
  return new PictorError('BATCH_PLAN_INVALID', {
    expected: `the plan ${earlier.id} that is at ${place.url}`,
    received: `one that differs in ${different.join(', ')}`,
    fix: `Choose another --out for another run, or go on with: pictor batch work ${place.url}`,
  });
}
