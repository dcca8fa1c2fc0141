import { constantOf, floatsOf } from '../onnx/constant.ts';
import type { GraphBuilder } from '../onnx/graph-builder.ts';
import { invalid } from '../onnx/problem.ts';
import { broadcast, type Computed, type Shape, type Value } from '../onnx/value.ts';
import { binary } from './elementwise.ts';

/** A matrix product, with a batch of matrices in front where the rank is above 2. */
export function matMul(
  graph: GraphBuilder,
  a: Value,
  b: Value,
  options: { readonly transposeA?: boolean; readonly transposeB?: boolean; readonly bias?: Value } = {},
): Computed {
  const { transposeA = false, transposeB = false, bias } = options;
  const sides = (value: Value, turned: boolean) => {
    const [rows, columns] = value.shape.slice(-2);
    if (rows === undefined || columns === undefined) throw invalid('a matrix product of something flat');
    return turned ? ([columns, rows] as const) : ([rows, columns] as const);
  };
  const [rows, inner] = sides(a, transposeA);
  const [other, columns] = sides(b, transposeB);
  if (inner !== other) throw invalid(`a matrix of ${inner} columns times one of ${other} rows`);
  const flat = a.shape.length === 2 && b.shape.length === 2;
  if (flat && rows !== 1 && bias?.kind === 'constant' && bias.shape.length === 1) {
    return graph.node(
      'Gemm',
      [graph.float(a), graph.float(b), graph.read(bias)],
      { shape: [rows, columns] },
      { transA: transposeA ? 1 : 0, transB: transposeB ? 1 : 0 },
    );
  }
  const turned = (value: Value, turn: boolean) => {
    const name = graph.float(value);
    if (!turn) return name;
    const axes = value.shape.map((_, i) => i);
    return graph.sink.node('Transpose', [name], {
      perm: [...axes.slice(0, -2), axes.length - 1, axes.length - 2],
    });
  };
  const shape: Shape = [...broadcast(a.shape.slice(0, -2), b.shape.slice(0, -2)), rows, columns];
  const product = graph.node('MatMul', [turned(a, transposeA), turned(b, transposeB)], { shape });
  return bias ? binary(graph, 'Add', product, bias) : product;
}

/** Weights of a normalisation; what is absent counts as one, or as zero. */
export interface Normalization {
  readonly scale?: Value;
  readonly offset?: Value;
  readonly mean: Value;
  readonly variance: Value;
  readonly epsilon: number;
}

/** Normalisation by statistics of the training: Ioffe and Szegedy, arXiv:1502.03167. */
export function batchNormalization(graph: GraphBuilder, x: Value, by: Normalization): Computed {
  const channels = x.shape.at(-1);
  const { mean, variance, epsilon } = by;
  if (typeof channels !== 'number' || !(epsilon >= 0))
    throw invalid('a normalisation of an unknown number of channels');
  for (const { shape } of [mean, variance]) requireChannels(shape, channels);
  const filled = (fill: number) =>
    constantOf(`normal_${fill}`, [channels], new Float32Array(channels).fill(fill));
  const [scale, offset] = [by.scale ?? filled(1), by.offset ?? filled(0)];
  for (const { shape } of [scale, offset]) requireChannels(shape, channels);
  const rank = x.shape.length;
  if (rank === 4 || rank === 2) {
    const layout = rank === 4 ? 'nchw' : 'plain';
    const inputs = [
      graph.float(x, layout),
      ...[scale, offset, mean, variance].map((each) => graph.read(each)),
    ];
    return graph.node(
      'BatchNormalization',
      inputs,
      { shape: x.shape, layout },
      { epsilon: { float: epsilon } },
    );
  }
  if (![mean, variance, scale, offset].every((value) => value.kind === 'constant')) {
    throw invalid('a normalisation with statistics that are computed while running');
  }
  const [m, v, g, b] = [mean, variance, scale, offset].map((value) =>
    value.kind === 'constant' ? floatsOf(value) : new Float32Array(),
  );
  const factors = Float32Array.from(
    { length: channels },
    (_, i) => (g?.[i] ?? 1) / Math.sqrt((v?.[i] ?? 1) + epsilon),
  );
  const shifts = Float32Array.from(factors, (factor, i) => (b?.[i] ?? 0) - (m?.[i] ?? 0) * factor);
  const scaled = binary(graph, 'Mul', x, constantOf('normal_factors', [channels], factors));
  return binary(graph, 'Add', scaled, constantOf('normal_shifts', [channels], shifts));
}

function requireChannels(shape: Shape, channels: number): void {
  if (shape.length === 1 && shape[0] === channels) return;
  throw invalid(`statistics [${shape.join(', ')}] for ${channels} channels`);
}

/** Local response normalisation: Krizhevsky et al., 2012. */
export function localResponse(
  graph: GraphBuilder,
  x: Value,
  { radius, bias, alpha, beta }: { radius: number; bias: number; alpha: number; beta: number },
): Computed {
  if (x.shape.length !== 4 || !(radius >= 0 && radius < 65_535)) throw invalid(`a radius of ${radius}`);
  const size = 2 * radius + 1;
  return graph.node(
    'LRN',
    [graph.float(x, 'nchw')],
    { shape: x.shape, layout: 'nchw' },
    { size, bias: { float: bias }, alpha: { float: alpha * size }, beta: { float: beta } },
  );
}
