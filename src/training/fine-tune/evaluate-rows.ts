import { setImmediate as yieldToEvents } from 'node:timers/promises';
import type { Evaluator } from './evaluator.ts';
import type { Rows } from './rows/rows.ts';

/** Rows that are evaluated together. */
export const EVALUATION_BATCH = 16;

/** Runs rows of a file through the trained layers: pooled features and logits of each. */
export async function evaluateRows(evaluator: Evaluator, rows: Rows, places: readonly number[]) {
  const features: Float32Array[] = [];
  const logits: Float32Array[] = [];
  for (let from = 0; from < places.length; from += EVALUATION_BATCH) {
    const part = places.slice(from, from + EVALUATION_BATCH);
    const data = new Float32Array(part.length * rows.size);
    for (const [i, place] of part.entries())
      rows.file.read(place, data.subarray(i * rows.size, (i + 1) * rows.size));
    const found = await evaluator.run(data, part.length);
    features.push(found.features);
    logits.push(found.logits);
    await yieldToEvents();
  }
  return { features: joined(features), logits: joined(logits) };
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const result = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    result.set(part, at);
    at += part.length;
  }
  return result;
}
