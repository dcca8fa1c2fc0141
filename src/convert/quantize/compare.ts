import { loadNativeBackend } from '../../engine/backends/native.ts';
import { disableTelemetry } from '../../engine/backends/telemetry.ts';
import type { BackendSession } from '../../engine/backends/types.ts';
import type { TensorMap } from '../../engine/types.ts';

/** What 8 bits cost and gain, measured picture by picture in one run. */
export interface Comparison {
  readonly pictures: number;
  /** Share of pictures whose highest output is the same, 0..1. */
  readonly sameTop1: number;
  /** Signal to noise of the first output, decibels; 40 is an error of one percent. */
  readonly signalToNoiseDb: number;
  /** Median milliseconds of one inference on one thread. */
  readonly floatMs: number;
  readonly quantizedMs: number;
}

/**
 * Runs two models on the same inputs, in turn.
 *
 * @throws INFERENCE_FAILED, ABORTED
 */
export async function compareModels(
  float: Uint8Array,
  quantized: Uint8Array,
  samples: readonly TensorMap[],
  signal?: AbortSignal,
): Promise<Comparison> {
  disableTelemetry();
  const backend = await loadNativeBackend();
  const sessions = await Promise.all(
    [float, quantized].map((model) => backend.load(model, { intraOpThreads: 1 })),
  );
  const [before, after] = sessions;
  try {
    if (!before || !after) throw new RangeError('two sessions belong here');
    const [beforeMs, afterMs]: [number[], number[]] = [[], []];
    let [same, power, noise] = [0, 0, 0];
    for (const sample of samples) {
      signal?.throwIfAborted();
      const wanted = await timed(before, sample, beforeMs);
      const got = await timed(after, sample, afterMs);
      if (largest(wanted) === largest(got)) same++;
      for (const [i, value] of wanted.entries()) {
        power += value * value;
        noise += (value - (got[i] ?? 0)) ** 2;
      }
    }
    return {
      pictures: samples.length,
      sameTop1: same / Math.max(1, samples.length),
      signalToNoiseDb: 10 * Math.log10(power / Math.max(noise, Number.MIN_VALUE)),
      floatMs: median(beforeMs),
      quantizedMs: median(afterMs),
    };
  } finally {
    await Promise.all(sessions.map((session) => session.dispose()));
  }
}

async function timed(session: BackendSession, sample: TensorMap, times: number[]): Promise<number[]> {
  const start = performance.now();
  const outputs = await session.run(sample);
  times.push(performance.now() - start);
  return [...(Object.values(outputs)[0]?.data ?? [])].map(Number);
}

function largest(values: readonly number[]): number {
  return values.reduce((best, value, i) => (value > (values[best] ?? -Infinity) ? i : best), 0);
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}
