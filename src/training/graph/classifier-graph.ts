import { ELEMENT, type OnnxModel } from '../../models/onnx/types.ts';
import type { FeatureTap } from '../fine-tune/types.ts';
import { FEATURES, type GrowingGraph, growFeatures } from './feature-graph.ts';

/** Names of the outputs of a trained classifier. */
export const OUTPUTS = { scores: 'scores', distance: 'distance', nearest: 'nearest' } as const;

/** Logits of a linear head, or votes of the nearest pictures of the bank. */
export type HeadSpec =
  | {
      readonly kind: 'linear';
      /** `[classes, features]`, temperature included. */
      readonly weights: Float32Array;
      /** `[classes]` */
      readonly bias: Float32Array;
    }
  | {
      readonly kind: 'nearest';
      readonly neighbours: number;
      /** Similarity that changes a vote by a factor of e. */
      readonly temperature: number;
    };

/** Features of known pictures, to tell what is like them. */
export interface Bank {
  /** `[rows, features]`, rows of length 1. */
  readonly rows: Float32Array;
  /** Class of each row. */
  readonly classes: Int32Array;
  /** Which neighbour's distance counts. */
  readonly neighbour: number;
}

export interface ClassifierSpec {
  readonly taps: readonly FeatureTap[];
  readonly ranks: readonly number[];
  readonly classes: number;
  readonly head: HeadSpec;
  readonly bank: Bank;
}

/**
 * A whole classifier in one graph: backbone, features, head with softmax, and the distance to the nearest known
 * pictures (Sun et al. 2022, arXiv 2204.06507). Only operators that mean the same in every version of ONNX are used, as
 * the backbone says which one it is.
 */
export function classifierGraph(backbone: OnnxModel, spec: ClassifierSpec): OnnxModel {
  const growing = growFeatures(backbone, spec.taps, spec.ranks);
  const { sink } = growing;
  const { bank, classes, head } = spec;
  const size = bank.rows.length / Math.max(1, bank.classes.length);
  const similarities = similaritiesTo(growing, bank, size);
  const { neighbours } = { neighbours: head.kind === 'nearest' ? head.neighbours : 0 };
  const count = Math.min(bank.classes.length, Math.max(bank.neighbour, neighbours));
  const [values = '', indices = ''] = topK(growing, similarities, count);
  const kth = sink.node('Gather', [values, sink.constant('kth', 'int64', [], int64(bank.neighbour - 1))], {
    axis: 1,
  });
  sink.node('Sub', [sink.floats(1), kth], {}, OUTPUTS.distance);
  const first = sink.node('Gather', [indices, sink.constant('first', 'int64', [], int64(0))], { axis: 1 });
  const rowClasses = sink.constant(
    'bank_classes',
    'int64',
    [bank.classes.length],
    bytesOf(BigInt64Array.from(bank.classes, BigInt)),
  );
  sink.node('Gather', [rowClasses, first], {}, OUTPUTS.nearest);
  if (head.kind === 'linear') {
    const weights = sink.constant('head_weights', 'float32', [classes, size], bytesOf(head.weights));
    const bias = sink.constant('head_bias', 'float32', [classes], bytesOf(head.bias));
    const logits = sink.node('Gemm', [FEATURES, weights, bias], { transB: 1 }, 'logits');
    sink.node('Softmax', [logits], { axis: 1 }, OUTPUTS.scores);
  } else {
    votes(growing, { values, indices, head, bank, classes });
  }
  return growing.finish([
    { name: OUTPUTS.scores, type: ELEMENT.float32 },
    { name: OUTPUTS.distance, type: ELEMENT.float32 },
    { name: OUTPUTS.nearest, type: ELEMENT.int64 },
  ]);
}

/** Cosine similarities to the rows of the bank, `[N, rows]`. */
function similaritiesTo({ sink }: GrowingGraph, { rows, classes }: Bank, size: number): string {
  const squares = sink.node('Mul', [FEATURES, FEATURES]);
  const ones = sink.constant('ones', 'float32', [size, 1], bytesOf(new Float32Array(size).fill(1)));
  const sum = sink.node('MatMul', [squares, ones]);
  const length = sink.node('Sqrt', [sink.node('Add', [sum, sink.floats(TINY)])]);
  const unit = sink.node('Div', [FEATURES, length]);
  const half = sink.constant('bank', 'float16', [size, classes.length], halfTransposed(rows, size));
  const bank = sink.node('Cast', [half], { to: ELEMENT.float32 });
  return sink.node('MatMul', [unit, bank]);
}

/** Keeps a picture without any feature from being divided by zero. */
export const TINY = 1e-12;

function topK({ sink, opset }: GrowingGraph, input: string, count: number): string[] {
  // Version 10 made the count an input.
  if (opset < 10) return sink.nodeOf('TopK', [input], { axis: 1, k: count }, ['top', 'top_rows']);
  return sink.nodeOf('TopK', [input, sink.ints([count])], { axis: 1 }, ['top', 'top_rows']);
}

function votes(
  { sink }: GrowingGraph,
  given: {
    readonly values: string;
    readonly indices: string;
    readonly head: Extract<HeadSpec, { kind: 'nearest' }>;
    readonly bank: Bank;
    readonly classes: number;
  },
): void {
  const { values, indices, head, bank, classes } = given;
  const sharp = sink.node('Mul', [values, sink.floats(1 / head.temperature)]);
  const weights = sink.node('Softmax', [sharp], { axis: 1 });
  const oneHot = new Float32Array(bank.classes.length * classes);
  for (const [row, classIndex] of bank.classes.entries()) oneHot[row * classes + classIndex] = 1;
  const table = sink.constant('votes', 'float32', [bank.classes.length, classes], bytesOf(oneHot));
  const chosen = sink.node('Gather', [table, indices]);
  const row = sink.node('Reshape', [weights, sink.ints([-1, 1, head.neighbours])]);
  const product = sink.node('MatMul', [row, chosen]);
  sink.node('Reshape', [product, sink.ints([-1, classes])], {}, OUTPUTS.scores);
}

function int64(value: number): Uint8Array {
  return bytesOf(BigInt64Array.of(BigInt(value)));
}

function bytesOf(data: ArrayBufferView): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

function halfTransposed(rows: Float32Array, size: number): Uint8Array {
  const count = rows.length / size;
  const out = new Uint16Array(rows.length);
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < size; j++) out[j * count + i] = toHalf(rows[i * size + j] ?? 0);
  }
  return bytesOf(out);
}

const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);

/** IEEE 754 binary16, rounded to nearest, of a number in -1..1. */
export function toHalf(value: number): number {
  float[0] = value;
  const x = bits[0] ?? 0;
  const sign = (x >>> 16) & 0x8000;
  const exponent = ((x >>> 23) & 0xff) - 112;
  if (exponent <= 0) {
    // Subnormal: the unit is 2 to the power of -24.
    return sign | Math.round(Math.abs(value) * 2 ** 24);
  }
  return sign | ((exponent << 10) + (((x & 0x7fffff) + 0x1000) >>> 13));
}

/** The number that 16 bits of {@link toHalf} stand for. */
export function fromHalf(half: number): number {
  const sign = half & 0x8000 ? -1 : 1;
  const exponent = (half >>> 10) & 0x1f;
  const fraction = half & 0x3ff;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15));
}
