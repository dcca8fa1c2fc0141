import { expect } from 'vitest';
import { type AttributeInput, OnnxSink } from '../../../src/convert/onnx/onnx-sink.ts';
import { loadNativeBackend } from '../../../src/engine/backends/native.ts';
import type { Tensor } from '../../../src/engine/types.ts';
import { encodeModel } from '../../../src/models/onnx/encode.ts';
import { ELEMENT, type OnnxTensor } from '../../../src/models/onnx/types.ts';
import { floatTensor, intTensor } from '../../../src/models/onnx/values.ts';
import { Tape } from '../../../src/training/gradients/tape.ts';
import { distinct, type Exact, sizeOf } from './tensor.ts';

/** One use of an operator. */
export interface OperatorCase {
  readonly opType: string;
  /** Float inputs; `null` is an omitted one. Those that are not in `constant` are differentiated by. */
  readonly inputs: readonly (Exact | null)[];
  readonly attributes?: Readonly<Record<string, AttributeInput>>;
  /** Integer inputs behind the float ones, e.g. axes. */
  readonly integers?: readonly (readonly number[] | null)[];
  /** Float inputs that are not differentiated by. */
  readonly constant?: readonly number[];
  /** The operator in double precision: its outputs. */
  readonly exact: (inputs: readonly Exact[]) => readonly Exact[];
}

const backend = loadNativeBackend();
const STEP = 1e-4;
/** Values of an input that are moved: each costs two runs of the reference. */
const PLACES = 16;

/**
 * Compares the gradient graph, run in float32, with central differences in double precision.
 *
 * @returns the largest error, relative to the largest gradient of the input
 */
export async function gradientError(use: OperatorCase): Promise<number> {
  const present = use.inputs.map((input) => input ?? { dims: [0], data: new Float64Array() });
  const expected = use.exact(present);
  const weights = expected.map(({ dims }, i) => distinct(dims, 7 + i));
  const names = use.inputs.map((input, i) => (input ? `x${i}` : ''));
  const integerNames = (use.integers ?? []).map((values, i) => (values ? `i${i}` : ''));
  const outputs = expected.map((_, i) => `y${i}`);
  const by = new Set(names.filter((name, i) => name !== '' && !use.constant?.includes(i)));
  const node = new OnnxSink();
  node.nodeOf(use.opType, [...names, ...integerNames], use.attributes ?? {}, outputs);
  const constants = new Map<string, OnnxTensor>();
  for (const [i, values] of (use.integers ?? []).entries()) {
    if (values) constants.set(`i${i}`, intTensor(`i${i}`, values));
  }
  const shapes = new Map<string, readonly number[]>();
  for (const i of use.constant ?? []) {
    const input = present[i];
    const name = names[i];
    if (input && name) constants.set(name, floatTensor(name, input.dims, Float32Array.from(input.data)));
  }
  for (const [i, { dims }] of present.entries()) if (names[i]) shapes.set(`x${i}`, dims);
  for (const [i, { dims }] of expected.entries()) {
    shapes.set(`y${i}`, dims);
    shapes.set(`dy${i}`, dims);
  }
  const tape = new Tape({ nodes: node.nodes, constants, shapes, by });
  const gradients = tape.backward(new Map(outputs.map((name, i) => [name, `dy${i}`])));
  const info = (name: string) => ({ name, elementType: ELEMENT.float32, dims: shapes.get(name) ?? [] });
  const bytes = encodeModel({
    irVersion: 8,
    opsets: [{ domain: '', version: 18 }],
    producerName: '',
    producerVersion: '',
    domain: '',
    modelVersion: 0,
    docString: '',
    metadata: [],
    graph: {
      name: 'gradient',
      nodes: tape.nodes(),
      initializers: [...constants.values(), ...tape.sink.initializers],
      inputs: [
        ...names.filter((name) => name !== '' && !constants.has(name)),
        ...outputs.map((_, i) => `dy${i}`),
      ].map(info),
      outputs: [...outputs, ...gradients.values()].map((name) => ({ name, elementType: ELEMENT.float32 })),
      valueInfos: [],
    },
  });
  const session = await (await backend).load(bytes, { intraOpThreads: 1 });
  const feed = ({ dims, data }: Exact): Tensor => ({ type: 'float32', dims, data: Float32Array.from(data) });
  const feeds: Record<string, Tensor> = {};
  for (const [i, input] of present.entries())
    if (names[i] && !constants.has(`x${i}`)) feeds[`x${i}`] = feed(input);
  for (const [i, weight] of weights.entries()) feeds[`dy${i}`] = feed(weight);
  const found = await session.run(feeds);
  await session.dispose();

  let worst = 0;
  for (const [i, { dims, data }] of expected.entries()) {
    expect(found[`y${i}`]?.dims, 'shape of the output').toEqual(dims);
    worst = Math.max(worst, relative(found[`y${i}`]?.data as Float32Array, data));
  }
  const loss = (inputs: readonly Exact[]) =>
    use
      .exact(inputs)
      .reduce((sum, y, k) => sum + y.data.reduce((s, v, j) => s + v * (weights[k]?.data[j] ?? 0), 0), 0);
  for (const [i, input] of present.entries()) {
    if (!by.has(names[i] ?? '')) continue;
    const gradient = gradients.get(`x${i}`);
    const places = spread(input.data.length, PLACES, i);
    const difference = Float64Array.from(places, (at) => {
      const moved = (by: number) =>
        loss(present.map((each, k) => (k === i ? { ...each, data: shifted(each.data, at, by) } : each)));
      return (moved(STEP) - moved(-STEP)) / (2 * STEP);
    });
    const actual = gradient ? found[gradient] : undefined;
    expect(actual?.dims, `shape of the gradient by input ${i}`).toEqual(input.dims);
    expect(actual?.data.length).toBe(sizeOf(input.dims));
    worst = Math.max(
      worst,
      relative(
        Float32Array.from(places, (at) => Number(actual?.data[at])),
        difference,
      ),
    );
  }
  return worst;
}

/** At most `count` places, all over the tensor. */
function spread(length: number, count: number, offset: number): number[] {
  const step = Math.max(1, Math.ceil(length / count));
  return Array.from({ length: Math.ceil(length / step) }, (_, i) =>
    Math.min(length - 1, i * step + ((offset + i) % step)),
  );
}

function shifted(data: Float64Array, at: number, by: number): Float64Array {
  const copy = data.slice();
  copy[at] = (copy[at] ?? 0) + by;
  return copy;
}

/** Largest difference over the largest value. */
function relative(actual: Float32Array, expected: Float64Array): number {
  const scale = expected.reduce((max, value) => Math.max(max, Math.abs(value)), 1e-3);
  return (
    expected.reduce((max, value, i) => Math.max(max, Math.abs(value - (actual[i] ?? Number.NaN))), 0) / scale
  );
}
