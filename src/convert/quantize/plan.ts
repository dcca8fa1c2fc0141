import {
  ELEMENT,
  type OnnxAttribute,
  type OnnxGraph,
  type OnnxNode,
  type OnnxTensor,
} from '../../models/onnx/types.ts';

/** Operations with weights. */
const WEIGHTED = new Set(['Conv', 'Gemm', 'MatMul']);
/** Operations that the runtime has integer kernels for. */
const ARITHMETIC = new Set(['Add', 'Concat', 'AveragePool', 'GlobalAveragePool']);
/** Operations whose output holds values of their input: both ends share one scale. */
const PASSING = new Set(['MaxPool', 'Reshape', 'Flatten', 'Squeeze', 'Unsqueeze', 'Transpose']);
/** Cut-offs that a quantised range expresses by itself. */
const CUTTING = new Set(['Relu', 'Clip']);

/** What becomes 8-bit. */
export interface QuantizationPlan {
  /** Nodes that read and write 8-bit values. */
  readonly nodes: ReadonlySet<OnnxNode>;
  /** Tensors to be stored in 8 bits, with the tensor whose range they use. */
  readonly tensors: ReadonlyMap<string, string>;
}

/**
 * Chooses what becomes 8-bit: weighted operations, and between them what lets the values stay 8-bit.
 *
 * @param keepFloat names of nodes that are left alone
 */
export function planQuantization(graph: OnnxGraph, keepFloat: ReadonlySet<string>): QuantizationPlan {
  const constants = constantsOf(graph);
  const readers = readersOf(graph);
  const outputs = new Set(graph.outputs.map(({ name }) => name));
  const nodes = new Set<OnnxNode>();
  const tensors = new Map<string, string>();
  const store = (name: string) => {
    if (!tensors.has(name)) tensors.set(name, name);
  };
  for (const node of graph.nodes) {
    if (keepFloat.has(node.name) || !isQuantizable(node, constants, tensors, graph)) continue;
    const output = node.outputs[0];
    if (output === undefined) continue;
    nodes.add(node);
    for (const name of activationsOf(node, constants)) store(name);
    const stored = afterCut(output, readers);
    if (outputs.has(stored) || outputs.has(output)) continue;
    const source = PASSING.has(node.opType) ? node.inputs[0] : undefined;
    if (source === undefined) store(stored);
    else if (stored === output) tensors.set(stored, tensors.get(source) ?? source);
  }
  return { nodes, tensors };
}

/** Inputs of a node that are computed while running. */
export function activationsOf(node: OnnxNode, constants: ReadonlyMap<string, OnnxTensor>): readonly string[] {
  const inputs =
    WEIGHTED.has(node.opType) || PASSING.has(node.opType) ? node.inputs.slice(0, 1) : node.inputs;
  return inputs.filter((name) => name !== '' && !constants.has(name));
}

export function constantsOf(graph: OnnxGraph): ReadonlyMap<string, OnnxTensor> {
  return new Map(graph.initializers.map((tensor) => [tensor.name, tensor]));
}

/** The attribute of an integer kind. */
export function intAttribute(node: OnnxNode, name: string, fallback: number): number {
  const found = attributeOf(node, name);
  return found?.type === 'int' ? found.value : fallback;
}

function attributeOf(node: OnnxNode, name: string): OnnxAttribute | undefined {
  return node.attributes.find((attribute) => attribute.name === name);
}

function readersOf(graph: OnnxGraph): ReadonlyMap<string, readonly OnnxNode[]> {
  const readers = new Map<string, OnnxNode[]>();
  for (const node of graph.nodes) {
    for (const name of node.inputs) {
      const list = readers.get(name);
      if (list) list.push(node);
      else readers.set(name, [node]);
    }
  }
  return readers;
}

/** A Relu that alone reads a result is expressed by the range of its output. */
function afterCut(name: string, readers: ReadonlyMap<string, readonly OnnxNode[]>): string {
  const [only, ...others] = readers.get(name) ?? [];
  const cut = only && others.length === 0 && CUTTING.has(only.opType) ? only.outputs[0] : undefined;
  return cut ?? name;
}

function isQuantizable(
  node: OnnxNode,
  constants: ReadonlyMap<string, OnnxTensor>,
  tensors: ReadonlyMap<string, string>,
  graph: OnnxGraph,
): boolean {
  if (node.domain !== '' && node.domain !== 'ai.onnx') return false;
  const floatConstant = (name: string | undefined) =>
    name !== undefined && constants.get(name)?.dataType === ELEMENT.float32;
  if (WEIGHTED.has(node.opType)) {
    const [, weight, bias] = node.inputs;
    if (!floatConstant(weight) || (bias !== undefined && bias !== '' && !floatConstant(bias))) return false;
    const rank = constants.get(weight ?? '')?.dims.length;
    if (node.opType === 'MatMul') return rank === 2;
    if (node.opType === 'Conv') return true;
    const scaled = ['alpha', 'beta'].some((name) => {
      const found = attributeOf(node, name);
      return found?.type === 'float' && found.value !== 1;
    });
    return !scaled && rank === 2 && intAttribute(node, 'transA', 0) === 0;
  }
  // Values that are not 8-bit already would only be rounded for nothing.
  const activations = activationsOf(node, constants);
  const quantized = activations.length > 0 && activations.every((name) => tensors.has(name));
  if (ARITHMETIC.has(node.opType)) return quantized && activations.length === node.inputs.length;
  const end = graph.outputs.some(({ name }) => name === node.outputs[0]);
  return PASSING.has(node.opType) && quantized && !end && node.outputs.length === 1;
}
