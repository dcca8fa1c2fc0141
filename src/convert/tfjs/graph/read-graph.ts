import * as z from 'zod';
import { dependencyOrder, type Need } from '../../onnx/dependency-order.ts';
import { damaged } from '../damaged.ts';
import { isRecord } from '../is-record.ts';
import type { TfjsModelJson } from '../model-json.ts';
import { refuseUnsupported } from '../problems.ts';
import { Attributes, shapeOf } from './attributes.ts';

/** One output of a node. */
export interface NodeRef {
  readonly node: string;
  readonly output: number;
}

export interface GraphNode {
  readonly name: string;
  readonly op: string;
  /** Data inputs; control inputs have no meaning here. */
  readonly inputs: readonly NodeRef[];
  readonly attributes: Attributes;
}

export interface GraphOutput extends NodeRef {
  /** Name of the graph output. */
  readonly name: string;
}

export interface TfjsGraph {
  /** Nodes that the outputs need, each after its inputs. */
  readonly nodes: readonly GraphNode[];
  readonly outputs: readonly GraphOutput[];
  /** Shapes of the inputs that the signature tells, by node. */
  readonly inputShapes: ReadonlyMap<string, readonly number[]>;
}

const nodeSchema = z.object({
  name: z.string().min(1),
  op: z.string().min(1),
  input: z.array(z.string()).max(10_000).default([]),
  attr: z.record(z.string(), z.unknown()).default({}),
});

const topologySchema = z.object({ node: z.array(nodeSchema).min(1).max(200_000) });

/** Operations that compute nothing that an output could be. */
const SILENT = new Set(['Const', 'Placeholder', 'NoOp', 'Assert']);

/**
 * Reads a graph model's nodes.
 *
 * @param translates whether there is a translation for an operation
 * @param wanted names of outputs; all when absent
 * @throws CONVERT_OP_UNSUPPORTED naming every operation that the outputs need and that has no translation
 * @throws CONVERT_INPUT_INVALID, also for a cycle, an input that no node gives, or an output that is not there
 */
export function readGraph(
  model: TfjsModelJson,
  translates: (op: string) => boolean,
  wanted?: readonly string[],
): TfjsGraph {
  const result = topologySchema.safeParse(model.modelTopology);
  if (!result.success) {
    const [issue] = result.error.issues;
    throw damaged(`modelTopology with ${issue?.path.join('.') || 'the whole'}: ${issue?.message}`);
  }
  const byName = new Map<string, GraphNode>();
  for (const { name, op, input, attr } of result.data.node) {
    if (byName.has(name)) throw damaged(`the node ${name} twice`);
    const inputs = input.filter((each) => !each.startsWith('^')).map(refOf);
    byName.set(name, { name, op, inputs, attributes: new Attributes(attr, name) });
  }
  const signature = signatureOf(model);
  const outputs = chosen(signature.outputs.length > 0 ? signature.outputs : leaves(byName), wanted);
  // Before the order: loops of TensorFlow are cycles, and their operations have no translation.
  refuseUnsupported(needed(byName, outputs).filter(({ op }) => !translates(op)));
  return { nodes: inOrder(byName, outputs), outputs, inputShapes: signature.inputShapes };
}

function refOf(text: string): NodeRef {
  const at = text.lastIndexOf(':');
  const output = at < 0 ? 0 : Number(text.slice(at + 1));
  if (at < 0 || !Number.isInteger(output) || output < 0) return { node: text, output: 0 };
  return { node: text.slice(0, at), output };
}

function signatureOf(model: TfjsModelJson): Pick<TfjsGraph, 'outputs' | 'inputShapes'> {
  const inner = model.userDefinedMetadata?.['signature'];
  const signature = isRecord(model.signature) ? model.signature : isRecord(inner) ? inner : {};
  const entries = (side: string) => {
    const record = signature[side];
    if (!isRecord(record)) return [];
    return Object.values(record).flatMap((value) => {
      const name = isRecord(value) ? value['name'] : undefined;
      return typeof name === 'string' && isRecord(value) ? [{ name, shape: value['tensorShape'] }] : [];
    });
  };
  const inputs = entries('inputs').flatMap(({ name, shape }) => {
    const dims = shapeOf(shape);
    return dims ? [[refOf(name).node, dims] as const] : [];
  });
  const outputs = entries('outputs').map(({ name }) => ({ name: name.replace(/:0$/, ''), ...refOf(name) }));
  return { outputs, inputShapes: new Map(inputs) };
}

/** Nodes that no other node reads. */
function leaves(byName: ReadonlyMap<string, GraphNode>): GraphOutput[] {
  const read = new Set([...byName.values()].flatMap(({ inputs }) => inputs.map(({ node }) => node)));
  return [...byName.values()]
    .filter(({ name, op }) => !read.has(name) && !SILENT.has(op))
    .map(({ name }) => ({ name, node: name, output: 0 }));
}

function chosen(outputs: readonly GraphOutput[], wanted?: readonly string[]): readonly GraphOutput[] {
  const found = wanted ? outputs.filter(({ name }) => wanted.includes(name)) : outputs;
  if (found.length === 0 || (wanted && found.length !== wanted.length)) {
    throw damaged(`the outputs ${outputs.map(({ name }) => name).join(', ') || '(none)'}`);
  }
  return found;
}

function needed(byName: ReadonlyMap<string, GraphNode>, outputs: readonly GraphOutput[]): GraphNode[] {
  const found = new Set<GraphNode>();
  const open = outputs.map(({ node }) => node);
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    const node = byName.get(name);
    if (!node || found.has(node)) continue;
    found.add(node);
    for (const input of node.inputs) open.push(input.node);
  }
  return [...found];
}

function inOrder(byName: ReadonlyMap<string, GraphNode>, outputs: readonly GraphOutput[]): GraphNode[] {
  const needsOf = ({ key, reader }: Need) => {
    const node = byName.get(key);
    if (!node) throw damaged(`no node ${key}, which ${reader} needs`);
    return node.inputs.map((input) => input.node);
  };
  const order = dependencyOrder(
    outputs.map(({ node }) => node),
    needsOf,
    damaged,
  );
  return order.flatMap((name) => byName.get(name) ?? []);
}
