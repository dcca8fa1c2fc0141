import type { OnnxGraph, OnnxValueInfo } from '../../../models/onnx/types.ts';
import { GraphBuilder, ONNX_TYPE } from '../../onnx/graph-builder.ts';
import { BatchNeedsNumber, OperationProblem } from '../../onnx/problem.ts';
import type { Constant, Dim, Value } from '../../onnx/value.ts';
import type { BuildOptions, BuiltGraph } from '../../recipe/built-graph.ts';
import { damaged } from '../damaged.ts';
import type { TfjsModelJson } from '../model-json.ts';
import { naming } from '../problems.ts';
import { foldShape } from './fold-shapes.ts';
import { ACTIVATIONS } from './ops/activations.ts';
import { ARITHMETIC } from './ops/arithmetic.ts';
import { type Handlers, Operation } from './ops/handler.ts';
import { SHAPES } from './ops/shapes.ts';
import { WINDOWS } from './ops/windows.ts';
import { pixelRangeOf } from './pixel-range.ts';
import { type GraphNode, readGraph, type TfjsGraph } from './read-graph.ts';

const HANDLERS: Handlers = { ...ACTIVATIONS, ...ARITHMETIC, ...SHAPES, ...WINDOWS };

/** Operations that move values and keep them. */
const MOVES = new Set(['Identity', 'Reshape', 'Squeeze', 'ExpandDims', 'Transpose']);

/** Operations that are not translated by a handler. */
const BUILT_IN = new Set(['Placeholder', 'Const', 'Shape', 'Rank', 'Range', 'Fill']);

/**
 * Writes the ONNX graph of a graph model: rank-4 inputs are NCHW, outputs keep TensorFlow's order.
 *
 * @throws CONVERT_OP_UNSUPPORTED naming every operation without a translation
 * @throws CONVERT_INPUT_INVALID when the graph contradicts itself
 */
export function buildTfjsGraph(
  model: TfjsModelJson,
  weights: ReadonlyMap<string, Constant>,
  options: BuildOptions,
): BuiltGraph {
  const translates = (op: string) => Object.hasOwn(HANDLERS, op) || BUILT_IN.has(op);
  const source = readGraph(model, translates, options.outputs);
  try {
    return build(source, weights, options, 'N');
  } catch (error) {
    if (!(error instanceof BatchNeedsNumber)) throw error;
    return build(source, weights, options, 1);
  }
}

function build(
  source: TfjsGraph,
  weights: ReadonlyMap<string, Constant>,
  options: BuildOptions,
  batch: Dim,
): BuiltGraph {
  const builder = new GraphBuilder(options.sourceBytes);
  const values = new Map<string, readonly Value[]>();
  const inputs: ReturnType<typeof declareInput>[] = [];
  const look = ({ node, output }: { readonly node: string; readonly output: number }, reader: string) => {
    const value = values.get(node)?.[output];
    if (!value) throw damaged(`${reader} with output ${output} of ${node}, which there is not`);
    return value;
  };
  for (const node of source.nodes) {
    if (node.op === 'Placeholder') {
      const input = declareInput(builder, node, source, { ...options, batch });
      inputs.push(input);
      values.set(node.name, [input.value]);
    } else if (node.op === 'Const') {
      const constant = weights.get(node.name);
      if (!constant) throw damaged(`the constant ${node.name} without a weight`);
      values.set(node.name, [constant]);
    } else {
      const operands = node.inputs.map((ref) => look(ref, node.name));
      values.set(node.name, translate(builder, node, operands));
    }
  }
  const byName = new Map(source.nodes.map((node) => [node.name, node]));
  const outputs = source.outputs.map((output) => {
    const value = look(output, 'an output');
    const name = naming(output.name, () =>
      builder.sink.node('Identity', [builder.read(value)], {}, output.name),
    );
    return { name, shape: value.shape, type: value.type, last: lastOf(byName, output.node) };
  });
  if (inputs.length === 0) throw damaged('a graph without inputs');
  const { nodes, initializers } = builder.sink;
  const graph: OnnxGraph = {
    name: 'tfjs',
    nodes,
    initializers,
    inputs: inputs.map(({ info }) => info),
    outputs: outputs.map(({ name, shape, type }) => ({ name, elementType: ONNX_TYPE[type], dims: shape })),
    valueInfos: [],
  };
  const pixels = pixelRangeOf(source.nodes, weights);
  return { graph, inputs, outputs, pixels, openSize: inputs.some(({ open }) => open) };
}

/** The operation that gives an output its values, past those that only move them. */
function lastOf(byName: ReadonlyMap<string, GraphNode>, output: string): 'softmax' | 'sigmoid' | 'other' {
  let node = byName.get(output);
  for (let steps = 0; node && MOVES.has(node.op) && steps < 16; steps++) {
    node = byName.get(node.inputs[0]?.node ?? '');
  }
  return node?.op === 'Softmax' ? 'softmax' : node?.op === 'Sigmoid' ? 'sigmoid' : 'other';
}

function declareInput(
  builder: GraphBuilder,
  { name, attributes }: GraphNode,
  { inputShapes }: TfjsGraph,
  { batch, side }: { readonly batch: Dim; readonly side: number },
) {
  const declared = attributes.shape('shape') ?? inputShapes.get(name);
  if (!declared) throw damaged(`the input ${name} without a shape`);
  const shape: Dim[] = declared.map((dim, axis) => {
    if (dim !== -1) return dim;
    if (axis === 0) return batch;
    if (declared.length === 4 && axis < 3) return side;
    throw damaged(`the input ${name} of shape [${declared.join(', ')}]`);
  });
  const dtype = attributes.type('dtype') ?? 'DT_FLOAT';
  const type: BuiltGraph['inputs'][number]['type'] =
    dtype === 'DT_BOOL' ? 'bool' : dtype === 'DT_UINT8' || dtype === 'DT_INT32' ? 'uint8' : 'float32';
  const [n = 1, h = 1, w = 1, c = 1] = shape;
  const picture = shape.length === 4;
  const unique = builder.sink.unique(name);
  const elementType = type === 'uint8' ? 2 : ONNX_TYPE[type];
  const info: OnnxValueInfo = { name: unique, elementType, dims: picture ? [n, c, h, w] : shape };
  const layout = picture ? 'nchw' : 'plain';
  const value =
    type === 'uint8'
      ? builder.node('Cast', [unique], { shape, layout, type: 'int32' }, { to: ONNX_TYPE.int32 })
      : builder.computed(unique, shape, layout, type);
  return { name: unique, shape, type, info, value, open: declared.slice(1).includes(-1) };
}

function translate(builder: GraphBuilder, node: GraphNode, operands: readonly Value[]): readonly Value[] {
  return naming(`${node.op} (${node.name})`, () => {
    const known = foldShape(node, operands);
    if (known) return [known];
    const handler = HANDLERS[node.op];
    if (!handler) throw new OperationProblem('unsupported', 'values that are computed while running');
    const result = handler(new Operation(builder, node, operands));
    return isList(result) ? result : [result];
  });
}

function isList(result: Value | readonly Value[]): result is readonly Value[] {
  return Array.isArray(result);
}
