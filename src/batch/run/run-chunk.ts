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
  const { plan, place, signal } = work;
  const began = performance.now();
  const name = shardName(plan, chunk);
  if ((await place.list(name)).some((entry) => entry.name === name && entry.bytes > 0)) {
    await removeJournal(place, chunk);
    return { chunk, rows: 0, failed: 0, already: true, ms: performance.now() - began, errors: {} };
  }
  const rows = await rowsOf(chunk, await readInputs(plan, place, chunk), work);
  signal.throwIfAborted();
  await writeShard(plan, place, chunk, rows);
  await removeJournal(place, chunk);
  const errors: Record<string, number> = {};
  for (const row of rows) if ('error' in row) errors[row.error.code] = (errors[row.error.code] ?? 0) + 1;
  const failed = Object.values(errors).reduce((sum, count) => sum + count, 0);
  return { chunk, rows: rows.length, failed, already: false, ms: performance.now() - began, errors };
}

/** Answers for the inputs of a chunk, and what an earlier worker left for those that may have killed it. */
async function rowsOf(
  chunk: number,
  inputs: readonly BatchInput[],
  { plan, place, recognizer, signal, atOnce = 16 }: ChunkWork,
): Promise<BatchRow[]> {
  const rows = new Array<BatchRow | undefined>(inputs.length);
  const lost: number[] = [];
  const first = chunk * plan.chunk;
  const giveUp = (at: number) => {
    const input = inputs[at];
    if (input) rows[at] = { i: first + at, uri: input.uri, error: POISON };
  };
  const one = async (at: number) => {
    const input = inputs[at];
    if (!input) return;
    const row = await rowOf(first + at, input, recognizer, signal);
    if (row === 'lost') lost.push(at);
    else rows[at] = row;
  };

  const { note, giveBack, group, suspects } = await afterDeath(place, chunk, giveUp);
  try {
    const [from, to] = group ?? [0, 0];
    const inGroup = Array.from({ length: Math.min(to, inputs.length) - from }, (_, k) => from + k);
    // What died alone already comes first, so that nothing is lost with it if it dies again.
    for (const at of new Set([...suspects, ...inGroup])) {
      if (rows[at]) continue;
      await note({ ...(group && { group }), alone: at });
      await one(at);
    }
    for (let begin = 0; begin < inputs.length; begin += atOnce) {
      const end = Math.min(begin + atOnce, inputs.length);
      const open = Array.from({ length: end - begin }, (_, k) => begin + k).filter((at) => !rows[at]);
      if (open.length === 0) continue;
      await note({ group: [begin, end] });
      await Promise.all(open.map(one));
    }
    // The engine's process died under these. Whose fault it was shows alone: the others were only with it.
    for (let tries = 0; tries < LONE_TRIES && lost.length > 0; tries++) {
      for (const at of lost.splice(0).sort((a, b) => a - b)) await one(at);
    }
  } catch (error) {
    // The worker lives: no picture is to blame for what it leaves.
    await giveBack().catch(() => {});
    throw error;
  }
  lost.forEach(giveUp);
  return rows.flatMap((row) => row ?? []);
}

/** Times that a picture is tried alone after the engine's process died under it. */
const LONE_TRIES = 2;

/** Reads the journal of a worker that died, and convicts the picture that was alone at two deaths. */
async function afterDeath(place: Place, chunk: number, giveUp: (at: number) => void) {
  const left = await readJournal(place, chunk);
  const poison = [...(left?.poison ?? [])];
  let suspects = [...(left?.suspects ?? [])];
  if (left?.alone !== undefined) {
    const { alone } = left;
    if (suspects.includes(alone)) {
      poison.push(alone);
      suspects = suspects.filter((at) => at !== alone);
    } else suspects.push(alone);
  }
  poison.forEach(giveUp);
  const note = (journal: Pick<Journal, 'group' | 'alone'>) =>
    writeJournal(place, chunk, { ...journal, suspects, poison });
  const giveBack = () => (suspects.length + poison.length > 0 ? note({}) : removeJournal(place, chunk));
  return { note, giveBack, suspects, group: left?.group };
}

const POISON: RowError = {
  code: 'WORKER_LOST',
  message: 'The worker ended each time this picture was tried alone; it was given up',
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
): Promise<BatchRow | 'lost'> {
  const { uri } = input;
  try {
    signal.throwIfAborted();
    const { sha256, answer } = await recognizer.recognize(input, signal);
    return { i, uri, ...(sha256 !== undefined && { sha256 }), answer };
  } catch (thrown) {
    if (signal.aborted) throw new PictorError('ABORTED', { cause: signal.reason });
    const { code, message, retryable } = toPictorError(thrown);
    if (NOT_THE_PICTURE.has(code)) throw thrown;
    if (code === 'WORKER_LOST') return 'lost';
    return { i, uri, error: { code, message, retryable } };
  }
}
