import type { OnnxModel, OnnxNode } from '../../models/onnx/types.ts';

/** Operators that carry features on without mixing them. */
const TRANSPARENT = new Set([
  'Softmax',
  'LogSoftmax',
  'Sigmoid',
  'Identity',
  'Cast',
  'Dropout',
  'Add',
  'BiasAdd',
  'Mul',
  'Div',
  'Clip',
  'Relu',
  'LeakyRelu',
  'Flatten',
  'Reshape',
  'Squeeze',
  'Unsqueeze',
  'Transpose',
  'GlobalAveragePool',
  'AveragePool',
  'ReduceMean',
  'QuantizeLinear',
  'DequantizeLinear',
]);

/** Operators that make classes of features. */
const CLASSIFYING = new Set(['Gemm', 'MatMul', 'Conv', 'QLinearConv', 'QLinearMatMul', 'QGemm', 'FusedGemm']);

/**
 * The tensor that the last layer of a classifier makes its classes of: upwards from the first output, through what
 * only rescales or reshapes, to the last matrix product or convolution; its data input is the answer.
 *
 * @returns the tensor's name; undefined when the graph ends in anything else
 */
export function findPenultimate({ graph }: OnnxModel, output?: string): string | undefined {
  const makers = new Map<string, OnnxNode>();
  for (const node of graph.nodes) for (const name of node.outputs) makers.set(name, node);
  const constants = new Set(graph.initializers.map(({ name }) => name));
  let name = output ?? graph.outputs[0]?.name;
  for (let steps = 0; name !== undefined && steps <= graph.nodes.length; steps++) {
    const maker = makers.get(name);
    if (!maker) return undefined;
    const source = maker.inputs.find((input) => input !== '' && !constants.has(input));
    if (CLASSIFYING.has(maker.opType)) return source;
    if (!TRANSPARENT.has(maker.opType)) return undefined;
    name = source;
  }
  return undefined;
}
