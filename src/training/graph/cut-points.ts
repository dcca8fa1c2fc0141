import { intOf } from '../../models/onnx/attributes.ts';
import type { OnnxGraph, OnnxNode } from '../../models/onnx/types.ts';
import { elements } from '../../models/onnx/values.ts';
import { nodesFor } from './prune.ts';

/** A tensor that all data flows through: what lies before it can be frozen, what lies behind it trained. */
export interface CutPoint {
  /** Name of the tensor. */
  readonly tensor: string;
  /** Lengths for one picture. */
  readonly shape: readonly number[];
  /** Weights behind it. */
  readonly weights: number;
  /** Multiplications behind it, for one picture. */
  readonly products: number;
}

/** Share of the weights that are trained when the last blocks are: the rest is computed once. */
const SHARE = 0.6;

/**
 * Tensors that every way from the input to the outputs leads through, in order: the outputs of blocks, whatever the
 * family. Residual networks have them behind each sum, SqueezeNet, Inception and DenseNet behind each concatenation.
 *
 * @param shapes lengths for one picture
 */
export function cutPoints(
  graph: Pick<OnnxGraph, 'nodes' | 'outputs'>,
  input: string,
  shapes: ReadonlyMap<string, readonly number[]>,
  trainable: ReadonlySet<string>,
): readonly CutPoint[] {
  const last = new Map<string, number>();
  const outputs = new Set(graph.outputs.map(({ name }) => name));
  const varying = new Set([input]);
  for (const [i, node] of graph.nodes.entries()) {
    for (const name of node.inputs) if (varying.has(name)) last.set(name, i);
    for (const name of node.outputs) varying.add(name);
  }
  const live = new Set([input]);
  const cuts: string[] = [input];
  for (const [i, node] of graph.nodes.entries()) {
    for (const name of node.outputs) {
      if (last.has(name) || outputs.has(name)) live.add(name);
    }
    for (const name of node.inputs) if (last.get(name) === i && !outputs.has(name)) live.delete(name);
    const [only, ...others] = live;
    if (only !== undefined && others.length === 0 && last.has(only)) cuts.push(only);
  }
  return cuts.map((tensor) => {
    const behind = nodesFor(graph, [...outputs], new Set([tensor]));
    const used = new Set(behind.flatMap(({ inputs }) => inputs).filter((name) => trainable.has(name)));
    return {
      tensor,
      shape: shapes.get(tensor) ?? [],
      weights: [...used].reduce((sum, name) => sum + elements(shapes.get(name) ?? []), 0),
      products: behind.reduce((sum, node) => sum + productsOf(node, shapes), 0),
    };
  });
}

/**
 * Where the last blocks begin: the last cut with most of the weights behind it, and of neighbours with the same weights
 * behind them the one that is smallest to keep.
 */
export function lastBlocks(cuts: readonly CutPoint[]): CutPoint | undefined {
  const total = cuts[0]?.weights ?? 0;
  const enough = cuts.filter(({ weights }) => weights >= SHARE * total);
  const weights = enough.at(-1)?.weights;
  return enough
    .filter((cut) => cut.weights === weights)
    .reduce<CutPoint | undefined>(
      (best, cut) => (best && elements(best.shape) < elements(cut.shape) ? best : cut),
      undefined,
    );
}

function productsOf(node: OnnxNode, shapes: ReadonlyMap<string, readonly number[]>): number {
  const output = elements(shapes.get(node.outputs[0] ?? '') ?? []);
  const weights = shapes.get(node.inputs[1] ?? '') ?? [];
  if (node.opType === 'Conv') return output * elements(weights.slice(1));
  if (node.opType === 'MatMul') return output * (weights.at(-2) ?? 1);
  if (node.opType === 'Gemm') return output * (weights[intOf(node, 'transB', 0) === 1 ? 1 : 0] ?? 1);
  return 0;
}
