import type { OnnxGraph, OnnxNode } from '../../models/onnx/types.ts';

/**
 * The nodes that some tensors are made by, in their order.
 *
 * @param until tensors that are there already
 */
export function nodesFor(
  graph: Pick<OnnxGraph, 'nodes'>,
  tensors: readonly string[],
  until: ReadonlySet<string> = new Set(),
): OnnxNode[] {
  const wanted = new Set(tensors.filter((name) => !until.has(name)));
  const kept: OnnxNode[] = [];
  for (const node of graph.nodes.toReversed()) {
    if (!node.outputs.some((name) => wanted.has(name))) continue;
    kept.push(node);
    for (const name of node.inputs) if (!until.has(name)) wanted.add(name);
  }
  return kept.reverse();
}

/** The graph with what its outputs do not need left out. */
export function pruned(graph: OnnxGraph): OnnxGraph {
  const nodes = nodesFor(
    graph,
    graph.outputs.map(({ name }) => name),
  );
  const used = new Set([...nodes.flatMap(({ inputs }) => inputs), ...graph.outputs.map(({ name }) => name)]);
  const initializers = graph.initializers.filter(({ name }) => used.has(name));
  const constants = new Set(graph.initializers.map(({ name }) => name));
  const inputs = graph.inputs.filter(({ name }) => !constants.has(name));
  return { ...graph, nodes, initializers, inputs, valueInfos: [] };
}
