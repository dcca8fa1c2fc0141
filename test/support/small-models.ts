import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ManifestInput, manifestSchema } from '../../src/models/manifest/manifest.ts';
import { encodeModel } from '../../src/models/onnx/encode.ts';
import { ELEMENT, type OnnxModel, type OnnxTensor } from '../../src/models/onnx/types.ts';
import type { LocalModel } from '../../src/models/types.ts';

/** Side of the square that the small models look at, pixels. */
const SIDE = 32;

interface Head {
  readonly manifest: Pick<ManifestInput, 'id' | 'task' | 'output' | 'labels'>;
  /** One row of three weights (red, green, blue) for each output value. */
  readonly weights: readonly (readonly [number, number, number])[];
  readonly bias?: readonly number[];
  /** Shape of the output when it is not a row of values. */
  readonly shape?: readonly number[];
}

const HEADS = {
  /** Says which of three colours a picture has most of. */
  colours: {
    manifest: {
      id: 'colours',
      task: 'classify',
      output: { decoder: 'classification', softmax: 'outside' },
      labels: { names: ['red', 'green', 'blue'], zh: ['红', '绿', '蓝'] },
    },
    weights: [
      [10, 0, 0],
      [0, 10, 0],
      [0, 0, 10],
    ],
  },
  /** The same with its classes in another order, under the same id: what replaces `colours` in a test. */
  reversed: {
    manifest: {
      id: 'colours',
      task: 'classify',
      output: { decoder: 'classification', softmax: 'outside' },
      labels: { names: ['blue', 'green', 'red'], zh: ['蓝', '绿', '红'] },
    },
    weights: [
      [0, 0, 10],
      [0, 10, 0],
      [10, 0, 0],
    ],
  },
  /** Finds a person in the left half of every picture and a dog in the right half. */
  halves: {
    manifest: { id: 'halves', task: 'detect', output: { decoder: 'centernet' }, labels: 'coco-80' },
    weights: Array.from({ length: 12 }, () => [0, 0, 0] as const),
    bias: [0, 0, SIDE / 2, SIDE, 0.9, 0, SIDE / 2, 0, SIDE, SIDE, 0.8, 16],
    shape: [1, 2, 6],
  },
  /** The redder, the worse. */
  safety: {
    manifest: {
      id: 'safety',
      task: 'moderate',
      output: { decoder: 'classification', softmax: 'outside' },
      labels: 'nsfw-5',
    },
    weights: [
      [0, 0, 0],
      [0, 0, 0],
      [0, 10, 10],
      [20, 0, 0],
      [0, 0, 0],
    ],
  },
} as const satisfies Record<string, Head>;

export type SmallModelName = keyof typeof HEADS;

/**
 * Writes a model of a few hundred bytes that answers by the mean colour of a picture: real graph, real manifest.
 *
 * @param folder where to write `<name>/<name>.onnx` and its manifest
 */
export async function writeSmallModel(folder: string, name: SmallModelName): Promise<LocalModel> {
  const head: Head = HEADS[name];
  const bytes = encodeModel(graphOf(head));
  const file = `${name}.onnx`;
  const manifest = manifestSchema.parse({
    ...head.manifest,
    files: [
      { path: file, sha256: createHash('sha256').update(bytes).digest('hex'), bytes: bytes.byteLength },
    ],
    input: {
      layout: 'NCHW',
      width: SIDE,
      height: SIDE,
      resize: { rule: 'squash', kernel: 'bilinear' },
      scale: 1 / 255,
    },
    licence: 'Apache-2.0',
    source: 'test',
  });
  const own = join(folder, name);
  await mkdir(own, { recursive: true });
  await writeFile(join(own, file), bytes);
  await writeFile(join(own, 'manifest.json'), JSON.stringify(manifest));
  return { manifest, path: join(own, file), origin: 'path' };
}

/** Mean of each channel, a matrix product, and a shape. */
function graphOf({ weights, bias, shape }: Head): OnnxModel {
  const count = weights.length;
  const node = (opType: string, inputs: string[], outputs: string[]) => ({
    name: opType,
    opType,
    domain: '',
    inputs,
    outputs,
    attributes: [],
  });
  const last = shape === undefined ? 'out' : 'row';
  const matrix = [0, 1, 2].flatMap((channel) => weights.map((row) => row[channel] ?? 0));
  return {
    irVersion: 8,
    opsets: [{ domain: '', version: 13 }],
    producerName: 'test',
    producerVersion: '',
    domain: '',
    modelVersion: 0,
    docString: '',
    metadata: [],
    graph: {
      name: 'small',
      nodes: [
        node('GlobalAveragePool', ['picture'], ['pooled']),
        node('Flatten', ['pooled'], ['features']),
        node('Gemm', ['features', 'weights', 'bias'], [last]),
        ...(shape === undefined ? [] : [node('Reshape', ['row', 'shape'], ['out'])]),
      ],
      initializers: [
        floats('weights', [3, count], matrix),
        floats('bias', [count], bias ?? weights.map(() => 0)),
        ...(shape === undefined ? [] : [longs('shape', shape)]),
      ],
      inputs: [{ name: 'picture', elementType: ELEMENT.float32, dims: [1, 3, SIDE, SIDE] }],
      outputs: [{ name: 'out', elementType: ELEMENT.float32, dims: shape ?? [1, count] }],
      valueInfos: [],
    },
  };
}

function floats(name: string, dims: readonly number[], values: readonly number[]): OnnxTensor {
  return { name, dims, dataType: ELEMENT.float32, rawData: bytesOf(Float32Array.from(values)) };
}

function longs(name: string, values: readonly number[]): OnnxTensor {
  const rawData = bytesOf(BigInt64Array.from(values, BigInt));
  return { name, dims: [values.length], dataType: ELEMENT.int64, rawData };
}

function bytesOf({ buffer }: Float32Array | BigInt64Array): Uint8Array {
  return new Uint8Array(buffer);
}
