import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { FineTuneJob } from './process/protocol.ts';

/** Of what the rows depend on, and of what the whole training depends on. */
export async function fingerprintOf(
  job: FineTuneJob,
  hashes: readonly string[],
  variants: readonly number[],
): Promise<{ readonly rows: string; readonly training: string }> {
  const { settings, head, train, validation } = job;
  const { crop, color, erase, flip, seed, layers } = settings;
  const model = createHash('sha256')
    .update(await readFile(job.model))
    .digest('hex');
  const rows = digest([
    model,
    job.input,
    head.taps,
    layers,
    variants,
    { crop, color, erase, flip, seed },
    hashes,
  ]);
  const { threads: _, memoryBytes: __, timeMs: ___, resume: ____, ...rest } = settings;
  const start = createHash('sha256')
    .update(new Uint8Array(head.weights.buffer, head.weights.byteOffset, head.weights.byteLength))
    .update(new Uint8Array(head.bias.buffer, head.bias.byteOffset, head.bias.byteLength))
    .digest('hex');
  const labels = [...train, ...validation].map(({ classIndex, weight = 1 }) => [classIndex, weight]);
  return { rows, training: digest([rows, rest, start, labels, train.length]) };
}

function digest(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}
