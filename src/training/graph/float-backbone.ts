import { simplify } from '../../convert/quantize/optimize.ts';
import { PictorError } from '../../errors.ts';
import { decodeModel } from '../../models/onnx/decode.ts';
import { encodeModel } from '../../models/onnx/encode.ts';
import { ELEMENT, type OnnxGraph, type OnnxModel } from '../../models/onnx/types.ts';
import { integerValues, intTensor } from '../../models/onnx/values.ts';
import { foldBatchNorms } from './affine.ts';
import { dequantize } from './dequantize.ts';
import { pruned } from './prune.ts';

/** A backbone that can be trained: float32 throughout, any number of pictures at a time, outputs the taps. */
export interface FloatBackbone {
  readonly model: OnnxModel;
  /** Name of the picture's input. */
  readonly input: string;
  /** Lengths of one picture's tensor. */
  readonly dims: readonly number[];
}

const OLDEST_OPSET = 7;

/**
 * Makes a trainable backbone of any classifier: cuts it off behind the taps, takes quantisation out, and lets the
 * runtime fold what is constant.
 *
 * @param bytes an ONNX model
 * @param taps tensors that the head reads
 * @param item lengths of one picture's tensor
 * @throws MODEL_FILE_INVALID when there is no such tensor, FEATURE_UNSUPPORTED for graphs with several inputs
 */
export async function floatBackbone(
  bytes: Uint8Array,
  taps: readonly string[],
  item: readonly number[],
): Promise<FloatBackbone> {
  const source = decodeModel(bytes);
  const opset = source.opsets.find(({ domain }) => domain === '' || domain === 'ai.onnx')?.version ?? 0;
  if (opset < OLDEST_OPSET) {
    throw new PictorError('FEATURE_UNSUPPORTED', {
      expected: `an ONNX model of opset ${OLDEST_OPSET} or later`,
      received: `opset ${opset}`,
      fix: 'Export the model again with a newer opset',
    });
  }
  const computed = new Set(source.graph.nodes.flatMap(({ outputs }) => outputs));
  const missing = taps.filter((name) => !computed.has(name));
  if (missing.length > 0) {
    throw new PictorError('MODEL_FILE_INVALID', {
      expected: `a graph that computes ${missing.join(', ')}`,
      received: 'one that does not',
    });
  }
  const outputs = [...new Set(taps)].map((name) => ({ name, elementType: ELEMENT.float32 }));
  const cut = pruned({ ...source.graph, outputs });
  const [input, ...others] = cut.inputs;
  if (!input || others.length > 0) {
    throw new PictorError('FEATURE_UNSUPPORTED', {
      expected: 'a backbone with one input, the picture',
      received: input ? `inputs ${cut.inputs.map(({ name }) => name).join(', ')}` : 'none',
    });
  }
  const open = openBatch(dequantize(cut), input.name, item);
  const simple = await simplify(encodeModel({ ...source, graph: open }));
  const graph = pruned(foldBatchNorms(simple.graph));
  const used = new Set(graph.nodes.map(({ domain }) => domain));
  const opsets = simple.opsets.filter(({ domain }) => domain === '' || used.has(domain));
  return { model: { ...simple, opsets, graph }, input: input.name, dims: item };
}

/** Any number of pictures, where the export was for one: reshapes must not insist on it either. */
function openBatch(graph: OnnxGraph, input: string, item: readonly number[]): OnnxGraph {
  const one = graph.inputs.some(({ name, dims }) => name === input && dims?.[0] === 1);
  const inputs = graph.inputs.map((info) =>
    info.name === input ? { ...info, elementType: ELEMENT.float32, dims: ['N', ...item] } : info,
  );
  if (!one) return { ...graph, inputs };
  const shapes = new Set(
    graph.nodes.flatMap(({ opType, inputs: [, shape = ''] }) => (opType === 'Reshape' ? [shape] : [])),
  );
  const initializers = graph.initializers.map((tensor) => {
    if (!shapes.has(tensor.name) || tensor.dataType !== ELEMENT.int64) return tensor;
    const [first, ...rest] = integerValues(tensor);
    // 0 keeps the length of the input.
    return first === 1 && rest.length > 0 ? intTensor(tensor.name, [0, ...rest]) : tensor;
  });
  return { ...graph, inputs, initializers };
}
