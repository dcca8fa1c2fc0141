// Writes small TensorFlow.js models, so that the tests need no others.
import type { TfjsFiles } from '../../../src/convert/tfjs/types.ts';

export interface WeightInput {
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array;
}

export interface NodeInput {
  readonly name: string;
  readonly op: string;
  readonly input?: readonly string[];
  readonly attr?: Readonly<Record<string, unknown>>;
}

const bytesOf = (view: ArrayBufferView) => Buffer.from(view.buffer, view.byteOffset, view.byteLength);

/** Weights under their names, as one shard. */
function manifestOf(weights: Readonly<Record<string, WeightInput>>) {
  const entries = Object.entries(weights);
  return {
    manifest: [
      {
        paths: ['weights.bin'],
        weights: entries.map(([name, { shape, data }]) => ({
          name,
          shape,
          dtype: data instanceof Int32Array ? 'int32' : 'float32',
        })),
      },
    ],
    shards: new Map([['weights.bin', Buffer.concat(entries.map(([, { data }]) => bytesOf(data)))]]),
  };
}

/**
 * A graph model with one picture `picture` as input.
 *
 * @param shape of the picture, −1 for an open batch
 */
export function graphModel(
  shape: readonly number[],
  nodes: readonly NodeInput[],
  weights: Readonly<Record<string, WeightInput>> = {},
): TfjsFiles {
  const { manifest, shards } = manifestOf(weights);
  const placeholder = {
    name: 'picture',
    op: 'Placeholder',
    attr: {
      dtype: { type: 'DT_FLOAT' },
      shape: { shape: { dim: shape.map((size) => ({ size: String(size) })) } },
    },
  };
  const constants = Object.entries(weights).map(([name, { data }]) => ({
    name,
    op: 'Const',
    attr: { dtype: { type: data instanceof Int32Array ? 'DT_INT32' : 'DT_FLOAT' } },
  }));
  const modelJson = Buffer.from(
    JSON.stringify({
      format: 'graph-model',
      modelTopology: { node: [placeholder, ...constants, ...nodes], versions: {} },
      weightsManifest: manifest,
    }),
  );
  return { modelJson, shards };
}

/** A layers model: the topology as Keras writes it, and weights under their names. */
export function layersModel(
  topology: unknown,
  weights: Readonly<Record<string, WeightInput>> = {},
): TfjsFiles {
  const { manifest, shards } = manifestOf(weights);
  const modelJson = Buffer.from(
    JSON.stringify({ format: 'layers-model', modelTopology: topology, weightsManifest: manifest }),
  );
  return { modelJson, shards };
}

/** Attributes in the spelling of TensorFlow's JSON. */
export const attr = {
  text: (value: string) => ({ s: Buffer.from(value).toString('base64') }),
  texts: (...values: string[]) => ({
    list: { s: values.map((value) => Buffer.from(value).toString('base64')) },
  }),
  int: (value: number) => ({ i: String(value) }),
  ints: (...values: number[]) => ({ list: { i: values.map(String) } }),
  float: (value: number) => ({ f: value }),
  flag: (value: boolean) => ({ b: value }),
  type: (value: string) => ({ type: value }),
};

/** Numbers that look random and are the same each time. */
export function floats(shape: readonly number[], seed = 1): WeightInput {
  const length = shape.reduce((product, dim) => product * dim, 1);
  const data = Float32Array.from({ length }, (_, i) => Math.sin((i + 1) * 12.9898 * seed) * 1.5);
  return { shape, data };
}

export function ints(...values: number[]): WeightInput {
  return { shape: [values.length], data: Int32Array.from(values) };
}

export function int(value: number): WeightInput {
  return { shape: [], data: Int32Array.of(value) };
}
