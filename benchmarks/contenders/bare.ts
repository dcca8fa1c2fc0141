/**
 * The floor: the cheapest decoder and one single-threaded inference, with nothing between them. What a picture cannot
 * cost less than.
 *
 * @module
 */
import { createRequire } from 'node:module';
import * as ort from 'onnxruntime-node';
import type { BenchModel } from './contender.ts';
import { prepare } from './main-thread.ts';

interface JpegTurbo {
  readonly FORMAT_RGB: number;
  decompressSync(jpeg: Buffer, options: { readonly format: number }): unknown;
}

/** Milliseconds of processor time for one picture. */
export interface BareCost {
  readonly decodeMs: number;
  readonly inferenceMs: number;
}

/**
 * Measures decoding and inference one after the other, in turns, on one thread.
 *
 * @param model any model
 * @param jpegs pictures, used in turn
 * @param durationMs of all turns together
 */
export async function measureBare(
  model: BenchModel,
  jpegs: readonly Uint8Array[],
  durationMs: number,
): Promise<BareCost> {
  const turbo = createRequire(import.meta.url)('@julusian/jpeg-turbo') as JpegTurbo;
  const session = await ort.InferenceSession.create(model.path, { intraOpNumThreads: 1 });
  const [first] = jpegs;
  if (first === undefined) throw new RangeError('no pictures');
  const feeds = { [model.input]: await prepare(first, model) };
  await session.run(feeds);
  const decode: number[] = [];
  const inference: number[] = [];
  const end = performance.now() + durationMs;
  for (let i = 0; performance.now() < end; i++) {
    const jpeg = Buffer.from(jpegs[i % jpegs.length] ?? first);
    decode.push(await cpuOf(() => turbo.decompressSync(jpeg, { format: turbo.FORMAT_RGB })));
    inference.push(await cpuOf(() => session.run(feeds)));
  }
  await session.release();
  return { decodeMs: mean(decode), inferenceMs: mean(inference) };
}

async function cpuOf(work: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
