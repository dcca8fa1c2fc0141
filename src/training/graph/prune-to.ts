import { PictorError } from '../../errors.ts';
import type { OnnxGraph, OnnxModel, OnnxNode, OnnxValueInfo } from '../../models/onnx/types.ts';

/** IR version from which constants need not be among the graph's inputs. */
const CONSTANTS_APART = 4;

/**
 * The part of a graph that computes some of its tensors: those become its outputs, and what they do not need goes.
 *
 * @param wanted names of tensors
 * @throws MODEL_FILE_INVALID when the graph does not compute one of them
 */
export function pruneTo(model: OnnxModel, wanted: readonly string[]): OnnxModel {
  const { graph } = model;
  const makers = new Map<string, OnnxNode>();
  for (const node of graph.nodes) for (const name of node.outputs) makers.set(name, node);
  const constants = new Set(graph.initializers.map(({ name }) => name));
  const fed = graph.inputs.filter(({ name }) => !constants.has(name));
  const needed = new Set<OnnxNode>();
  const read = new Set<string>();
  const open = [...wanted];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (name === '' || read.has(name)) continue;
    read.add(name);
    const maker = makers.get(name);
    if (maker === undefined) {
      if (wanted.includes(name)) throw notComputed(name);
      continue;
    }
    if (needed.has(maker)) continue;
    needed.add(maker);
    for (const name of [...maker.inputs, ...outerNames(maker)]) open.push(name);
  }
  const info = new Map(graph.valueInfos.concat(graph.outputs).map((value) => [value.name, value]));
  return {
    ...model,
    irVersion: Math.max(model.irVersion, CONSTANTS_APART),
    graph: {
      ...graph,
      nodes: graph.nodes.filter((node) => needed.has(node)),
      initializers: graph.initializers.filter(({ name }) => read.has(name)),
      inputs: fed.filter(({ name }) => read.has(name)),
      outputs: wanted.map((name): OnnxValueInfo => info.get(name) ?? { name, elementType: 1 }),
      valueInfos: [],
    },
  };
}

/** Tensors of the outer graph that the bodies of `If`, `Loop` and `Scan` read. */
function outerNames(node: OnnxNode): string[] {
  return node.attributes.flatMap((attribute) =>
    attribute.type === 'graph' ? namesRead(attribute.value) : [],
  );
}

function namesRead(graph: OnnxGraph): string[] {
  return graph.nodes
    .flatMap((node) => [...node.inputs, ...outerNames(node)])
    .concat(graph.outputs.map(({ name }) => name));
}

function notComputed(name: string): PictorError {
  return new PictorError('MODEL_FILE_INVALID', {
    expected: `a graph that computes ${name}`,
    received: 'one that does not',
  });
}
