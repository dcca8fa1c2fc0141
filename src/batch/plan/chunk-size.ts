/**
 * How many pictures a chunk should have, by measurement.
 *
 * @module
 */
import { mapAtMost } from '../../base/map-at-most.ts';
import type { BatchRecognizer } from '../run/run-chunk.ts';
import type { BatchInput } from '../types.ts';

/** Seconds of work in a chunk: short enough to finish at SIGTERM, long enough to make a queue cheap. */
const SECONDS = 5;
/** Chunks in progress share the machine. */
const CHUNKS_AT_ONCE = 2;
const SMALLEST = 32;
const LARGEST = 4_096;
/** Pictures that are measured, after one that warms up. */
export const SAMPLE = 32;

/** The size where nothing can be measured. */
export const DEFAULT_CHUNK = 256;

/**
 * Measures a sample, and gives the power of two that is nearest to five seconds of a chunk's work on this machine.
 *
 * @returns {@link DEFAULT_CHUNK} when no picture of the sample could be read
 */
export async function measuredChunk(
  sample: readonly BatchInput[],
  recognizer: BatchRecognizer,
  signal: AbortSignal,
): Promise<{ readonly chunk: number; readonly rate?: number }> {
  let answered = 0;
  const ask = async (input: BatchInput) => {
    try {
      await recognizer.recognize(input, signal);
      answered++;
    } catch {
      signal.throwIfAborted();
    }
  };
  const [first, ...rest] = sample;
  if (first === undefined || rest.length === 0) return { chunk: DEFAULT_CHUNK };
  await ask(first);
  answered = 0;
  const began = performance.now();
  await mapAtMost(16, rest, ask);
  const seconds = (performance.now() - began) / 1000;
  if (answered === 0 || seconds === 0) return { chunk: DEFAULT_CHUNK };
  const rate = answered / seconds;
  const wanted = (rate * SECONDS) / CHUNKS_AT_ONCE;
  const chunk = 2 ** Math.round(Math.log2(Math.min(LARGEST, Math.max(SMALLEST, wanted))));
  return { chunk, rate };
}
