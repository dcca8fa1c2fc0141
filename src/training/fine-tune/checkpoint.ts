import { createHash } from 'node:crypto';
import { open, readFile, rename, rm } from 'node:fs/promises';
import { PictorError } from '../../errors.ts';
import type { FineTuneEpoch } from './types.ts';

/** Where a training stands, between two steps. */
export interface TrainingState {
  /** Of everything that the result depends on. */
  readonly fingerprint: string;
  /** Epochs that are over. */
  readonly epoch: number;
  /** Steps of the present epoch that are over. */
  readonly step: number;
  /** Sum of the losses of those steps. */
  readonly lossSum: number;
  /** Steps of the optimiser. */
  readonly optimizerSteps: number;
  /** Time spent, in milliseconds. */
  readonly elapsedMs: number;
  readonly bestEpoch: number;
  readonly curve: readonly FineTuneEpoch[];
}

const DIGEST_BYTES = 32;

/**
 * Writes a state and its arrays so that after a crash either the old or the new checkpoint is there, and whole.
 *
 * @throws FILE_WRITE_FAILED
 */
export async function writeCheckpoint(
  path: string,
  state: TrainingState,
  arrays: readonly Float32Array[],
): Promise<void> {
  const header = Buffer.from(JSON.stringify({ state, lengths: arrays.map(({ length }) => length) }));
  const size = Buffer.alloc(4);
  size.writeUInt32LE(header.length);
  const parts = [
    size,
    header,
    ...arrays.map((array) => new Uint8Array(array.buffer, array.byteOffset, array.byteLength)),
  ];
  const digest = createHash('sha256');
  for (const part of parts) digest.update(part);
  const beside = `${path}.part`;
  try {
    const file = await open(beside, 'w');
    try {
      for (const part of [...parts, digest.digest()]) await file.writeFile(part);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(beside, path);
  } catch (cause) {
    await rm(beside, { force: true }).catch(() => {});
    throw new PictorError('FILE_WRITE_FAILED', {
      expected: `to write ${path}`,
      received: cause instanceof Error ? cause.message : String(cause),
      fix: 'Free some space or name another folder',
      cause,
    });
  }
}

/**
 * Reads a checkpoint into arrays of the right lengths.
 *
 * @returns the state; undefined when there is none, when it is damaged, or when it is of another training
 */
export async function readCheckpoint(
  path: string,
  fingerprint: string,
  arrays: readonly Float32Array[],
): Promise<TrainingState | undefined> {
  const bytes = await readFile(path).catch(() => undefined);
  if (!bytes || bytes.length < 4 + DIGEST_BYTES) return undefined;
  const body = bytes.subarray(0, -DIGEST_BYTES);
  const digest = createHash('sha256').update(body).digest();
  if (!digest.equals(bytes.subarray(-DIGEST_BYTES))) return undefined;
  const end = 4 + body.readUInt32LE(0);
  const { state, lengths } = JSON.parse(body.toString('utf8', 4, end)) as {
    state: TrainingState;
    lengths: readonly number[];
  };
  const fits = lengths.length === arrays.length && arrays.every(({ length }, i) => length === lengths[i]);
  if (state.fingerprint !== fingerprint || !fits) return undefined;
  let at = end;
  for (const array of arrays) {
    new Uint8Array(array.buffer, array.byteOffset, array.byteLength).set(
      body.subarray(at, at + array.byteLength),
    );
    at += array.byteLength;
  }
  return state;
}
