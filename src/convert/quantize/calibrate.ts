import { loadNativeBackend } from '../../engine/backends/native.ts';
import { disableTelemetry } from '../../engine/backends/telemetry.ts';
import type { TensorMap } from '../../engine/types.ts';
import { PictorError } from '../../errors.ts';
import { encodeModel } from '../../models/onnx/encode.ts';
import { ELEMENT, type OnnxModel } from '../../models/onnx/types.ts';

/** The real numbers that 0 and 255 stand for. */
export interface Range {
  readonly low: number;
  readonly high: number;
}

export type CalibrationMethod = 'min-max' | 'percentile';

const BINS = 2048;
/** Share of the values that must fit. */
const PERCENTILE = 0.9999;

/**
 * Runs pictures through the model and notes which range every tensor needs.
 *
 * `min-max` takes the outermost values seen; `percentile` leaves 0.01 % of the values to be cut off, which costs a second
 * pass and gives the rest finer steps.
 *
 * @param model the float model
 * @param names tensors to watch
 * @param samples inputs of the model, one picture each
 * @throws INFERENCE_FAILED, DATASET_INVALID when there are no samples, ABORTED
 */
export async function calibrate(
  model: OnnxModel,
  names: readonly string[],
  samples: readonly TensorMap[],
  options: { readonly method: CalibrationMethod; readonly signal?: AbortSignal },
): Promise<ReadonlyMap<string, Range>> {
  if (samples.length === 0) {
    throw new PictorError('DATASET_INVALID', {
      expected: 'at least one picture to calibrate on',
      received: 'none',
    });
  }
  disableTelemetry();
  const watched = watchTensors(model, names);
  const session = await (await loadNativeBackend()).load(encodeModel(watched), { intraOpThreads: 1 });
  const inputs = new Set(model.graph.inputs.map(({ name }) => name));
  const each = async (visit: (name: string, values: Float32Array) => void) => {
    for (const sample of samples) {
      options.signal?.throwIfAborted();
      const outputs = await session.run(
        sample,
        names.filter((name) => !inputs.has(name)),
      );
      for (const name of names) {
        const data = (inputs.has(name) ? sample : outputs)[name]?.data;
        if (data instanceof Float32Array) visit(name, data);
      }
    }
  };
  try {
    const ranges = new Map<string, { low: number; high: number }>();
    await each((name, values) => {
      const range = ranges.get(name) ?? { low: 0, high: 0 };
      for (const value of values) {
        if (value < range.low) range.low = value;
        else if (value > range.high) range.high = value;
      }
      ranges.set(name, range);
    });
    if (options.method === 'min-max') return ranges;
    const histograms = new Map([...ranges.keys()].map((name) => [name, new Float64Array(BINS)]));
    await each((name, values) => {
      const [range, bins] = [ranges.get(name), histograms.get(name)];
      if (range && bins) count(values, range, bins);
    });
    return new Map([...ranges].map(([name, range]) => [name, narrow(range, histograms.get(name))]));
  } finally {
    await session.dispose();
  }
}

function watchTensors(model: OnnxModel, names: readonly string[]): OnnxModel {
  const known = new Set([...model.graph.outputs, ...model.graph.inputs].map(({ name }) => name));
  const added = names
    .filter((name) => !known.has(name))
    .map((name) => ({ name, elementType: ELEMENT.float32 }));
  return { ...model, graph: { ...model.graph, outputs: [...model.graph.outputs, ...added] } };
}

function count(values: Float32Array, { low, high }: Range, bins: Float64Array): void {
  const perUnit = high > low ? (BINS - 1) / (high - low) : 0;
  for (const value of values) {
    const bin = Math.floor((value - low) * perUnit);
    bins[bin] = (bins[bin] ?? 0) + 1;
  }
}

/** Cuts equally rare values off both ends; zero stays inside, because padding and Relu need it exactly. */
function narrow(range: Range, bins: Float64Array | undefined): Range {
  if (!bins) return range;
  const total = bins.reduce((sum, n) => sum + n, 0);
  const spare = (total * (1 - PERCENTILE)) / 2;
  const width = (range.high - range.low) / (BINS - 1);
  const end = (order: readonly number[]) => {
    let seen = 0;
    return order.find((bin) => {
      seen += bins[bin] ?? 0;
      return seen > spare;
    });
  };
  const up = Array.from({ length: BINS }, (_, bin) => bin);
  const low = range.low + (end(up) ?? 0) * width;
  const high = range.low + ((end(up.toReversed()) ?? BINS - 1) + 1) * width;
  return { low: Math.min(0, low), high: Math.max(0, Math.min(range.high, high)) };
}
