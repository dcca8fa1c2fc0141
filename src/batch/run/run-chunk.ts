/**
 * One chunk, from the frozen list to its shard.
 *
 * @module
 */
import { PictorError, toPictorError } from '../../errors.ts';
import type { Place } from '../place/types.ts';
import { readInputs } from '../plan/read-plan.ts';
import type { BatchInput, BatchPlan, BatchRow, RowError } from '../types.ts';
import { type Journal, readJournal, removeJournal, writeJournal } from './journal.ts';
import { shardName, writeShard } from './shard.ts';

/** Answers for one input: an object that can be JSON, and the hash of what was read. */
export interface Recognized {
  readonly sha256?: string;
  readonly answer: Readonly<Record<string, unknown>>;
}

/** What gives answers. It is opened once for a worker. */
export interface BatchRecognizer extends AsyncDisposable {
  recognize(input: BatchInput, signal: AbortSignal): Promise<Recognized>;
}

/** What happened to a chunk. */
export interface ChunkReport {
  readonly chunk: number;
  readonly rows: number;
  readonly failed: number;
  /** Its shard was there already. */
  readonly already: boolean;
  readonly ms: number;
  /** Failures by code. */
  readonly errors: Readonly<Record<string, number>>;
}

export interface ChunkWork {
  readonly plan: BatchPlan;
  readonly place: Place;
  readonly recognizer: BatchRecognizer;
  readonly signal: AbortSignal;
  /** Pictures in progress at a time (default 16). */
  readonly atOnce?: number;
}

/**
 * Does a chunk, unless its shard is there.
 *
 * @throws ABORTED, BATCH_STORAGE_FAILED, FILE_WRITE_FAILED, BATCH_PLAN_INVALID; what is wrong with a picture is a row
 */
export async function runChunk(chunk: number, work: ChunkWork): Promise<ChunkReport> {
  const { plan, place, recognizer, signal, atOnce = 16 } = work;
  const began = performance.now();
  const name = shardName(plan, chunk);
  if ((await place.list(name)).some((entry) => entry.name === name && entry.bytes > 0)) {
    await removeJournal(place, chunk);
    return { chunk, rows: 0, failed: 0, already: true, ms: performance.now() - began, errors: {} };
  }
  const inputs = await readInputs(plan, place, chunk);
  const rows = new Array<BatchRow | undefined>(inputs.length);
  const one = async (at: number) => {
    const input = inputs[at];
    if (input) rows[at] = await rowOf(chunk * plan.chunk + at, input, recognizer, signal);
  };

  const left = (await readJournal(place, chunk)) ?? { poison: [] };
  const poison = [...left.poison, ...(left.alone === undefined ? [] : [left.alone])];
  for (const at of poison) {
    const input = inputs[at];
    if (input) rows[at] = { i: chunk * plan.chunk + at, uri: input.uri, error: POISON };
  }
  const note = (journal: Omit<Journal, 'poison'>) => writeJournal(place, chunk, { ...journal, poison });
  if (left.group) {
    const [from, to] = left.group;
    for (let at = from; at < Math.min(to, inputs.length); at++) {
      if (rows[at]) continue;
      await note({ group: left.group, alone: at });
      await one(at);
    }
  }
  for (let from = 0; from < inputs.length; from += atOnce) {
    const to = Math.min(from + atOnce, inputs.length);
    const open = Array.from({ length: to - from }, (_, k) => from + k).filter((at) => rows[at] === undefined);
    if (open.length === 0) continue;
    await note({ group: [from, to] });
    await Promise.all(open.map(one));
  }
  signal.throwIfAborted();
  const whole = rows.flatMap((row) => row ?? []);
  await writeShard(plan, place, chunk, whole);
  await removeJournal(place, chunk);
  const errors: Record<string, number> = {};
  for (const row of whole) if ('error' in row) errors[row.error.code] = (errors[row.error.code] ?? 0) + 1;
  const failed = Object.values(errors).reduce((sum, count) => sum + count, 0);
  return { chunk, rows: whole.length, failed, already: false, ms: performance.now() - began, errors };
}

const POISON: RowError = {
  code: 'WORKER_LOST',
  message: 'The worker ended twice on this picture; it was given up',
  retryable: false,
};

/** Failures of the surroundings, which are not the picture's: they end the chunk, and it is done again. */
const NOT_THE_PICTURE = new Set([
  'ABORTED',
  'BATCH_STORAGE_FAILED',
  'CONFIG_INVALID',
  'ENGINE_CLOSED',
  'BACKEND_UNAVAILABLE',
]);

async function rowOf(
  i: number,
  input: BatchInput,
  recognizer: BatchRecognizer,
  signal: AbortSignal,
): Promise<BatchRow> {
  const { uri } = input;
  try {
    signal.throwIfAborted();
    const { sha256, answer } = await recognizer.recognize(input, signal);
    return { i, uri, ...(sha256 !== undefined && { sha256 }), answer };
  } catch (thrown) {
    if (signal.aborted) throw new PictorError('ABORTED', { cause: signal.reason });
    const { code, message, retryable } = toPictorError(thrown);
    if (NOT_THE_PICTURE.has(code)) throw thrown;
    return { i, uri, error: { code, message, retryable } };
  }
}
