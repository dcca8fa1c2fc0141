import { PictorError } from '../../errors.ts';
import type { Place } from '../place/types.ts';
import { type BatchInput, type BatchPlan, inputSchema, LIST_NAME, PLAN_NAME, planSchema } from '../types.ts';

/** The plan at a place; undefined when there is none. @throws BATCH_PLAN_INVALID */
export async function findPlan(place: Place): Promise<BatchPlan | undefined> {
  const text = await place.read(PLAN_NAME);
  if (text === undefined) return undefined;
  const result = planSchema.safeParse(parsed(text.toString('utf8')));
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new PictorError('BATCH_PLAN_INVALID', {
    received: `${place.url}/${PLAN_NAME} with ${issue?.path.join('.') || 'the whole'}: ${issue?.message}`,
    fix: 'Restore the file, or plan again into another place',
  });
}

/** The plan at a place. @throws BATCH_PLAN_INVALID, also when there is none */
export async function readPlan(place: Place): Promise<BatchPlan> {
  const plan = await findPlan(place);
  if (plan) return plan;
  throw new PictorError('BATCH_PLAN_INVALID', {
    expected: `a plan at ${place.url}`,
    received: 'none',
    fix: `Make one: pictor batch plan <source> --task tag --out ${place.url}`,
  });
}

/** How many chunks a plan has. */
export function chunksOf(plan: BatchPlan): number {
  return plan.list.offsets.length;
}

/** How many inputs a chunk has. */
export function sizeOf(plan: BatchPlan, chunk: number): number {
  return Math.min(plan.chunk, plan.count - chunk * plan.chunk);
}

/**
 * The inputs of one chunk, from the frozen list.
 *
 * @throws BATCH_PLAN_INVALID when the list is not the one that was frozen
 */
export async function readInputs(plan: BatchPlan, place: Place, chunk: number): Promise<BatchInput[]> {
  const start = plan.list.offsets[chunk] ?? 0;
  const end = plan.list.offsets[chunk + 1] ?? plan.list.bytes;
  const bytes = await place.read(LIST_NAME, { start, end });
  const lines = (bytes?.toString('utf8') ?? '').split('\n').filter(Boolean);
  const inputs = lines.map((line) => inputSchema.safeParse(parsed(line)));
  const good = inputs.flatMap(({ success, data }) => (success ? [data] : []));
  if (good.length === sizeOf(plan, chunk) && inputs.length === good.length) return good;
  throw new PictorError('BATCH_PLAN_INVALID', {
    expected: `${sizeOf(plan, chunk)} inputs of chunk ${chunk} in ${place.url}/${LIST_NAME}`,
    received: `${good.length}: the list is not the one that was frozen`,
    fix: 'Restore the list, or plan again into another place',
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
