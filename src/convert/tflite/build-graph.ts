import { PictorError } from '../../errors.ts';
import type { OnnxDim, OnnxGraph, OnnxValueInfo } from '../../models/onnx/types.ts';
import { Conversion } from './conversion.ts';
import { beforePostProcess, DETECTION } from './detection-post-process.ts';
import { damaged } from './flatbuffer.ts';
import { CONVOLUTIONS } from './ops/convolution.ts';
import { ELEMENT_OF, ELEMENTWISE } from './ops/elementwise.ts';
import type { Handlers } from './ops/handler.ts';
import { SHAPES } from './ops/shape.ts';
import { SLICES } from './ops/slice.ts';
import type { TfliteModel, TfliteTensor } from './read-model.ts';

const HANDLERS: Handlers = { ...CONVOLUTIONS, ...ELEMENTWISE, ...SHAPES, ...SLICES };

/** An ONNX graph, and what its output is where that is not the model's own. */
export interface TfliteGraph extends OnnxGraph {
  /** The graph ends before the post-processing of a detector, at boxes and scores in the order of YOLO v8. */
  readonly detector?: { readonly classes: number; readonly iouThreshold: number };
}

/** Operations after which a batch of more than one picture need not come out right: their shapes are fixed numbers. */
const BATCH_BOUND = new Set([
  'TRANSPOSE',
  'PACK',
  'UNPACK',
  'GATHER',
  'RESIZE_BILINEAR',
  'RESIZE_NEAREST_NEIGHBOR',
]);

/**
 * Writes the ONNX graph of a model. Rank-4 inputs are NCHW, rank-4 outputs keep the order of TensorFlow Lite, quantised
 * outputs are real numbers.
 *
 * @param fileBytes size of the source, which bounds how much may be written
 * @throws CONVERT_OP_UNSUPPORTED naming every operation without a translation
 * @throws CONVERT_INPUT_INVALID when the graph contradicts itself
 */
export function buildGraph(model: TfliteModel, fileBytes: number): TfliteGraph {
  const detection = model.operators.find(({ op }) => op === DETECTION);
  refuseUnsupported(model);
  const conversion = new Conversion(model, fileBytes);
  const tensors = (indices: readonly number[]) => indices.flatMap((index) => model.tensors[index] ?? []);
  const [inputs, outputs] = [tensors(model.inputs), tensors(model.outputs)];
  if (inputs.length === 0 || outputs.length === 0) throw damaged('a graph without inputs or outputs');
  const batch = batchDim(model, [...inputs, ...outputs]);
  const graphInputs = inputs.map((tensor) => declareInput(conversion, tensor, batch));
  for (const op of model.operators) HANDLERS[op.op]?.(conversion, op);
  const { nodes, initializers } = conversion.sink;
  if (detection) {
    const { output, detector } = beforePostProcess(conversion, detection);
    return {
      name: 'tflite',
      nodes,
      initializers,
      inputs: graphInputs,
      outputs: [output],
      valueInfos: [],
      detector,
    };
  }
  const graphOutputs = outputs.map((tensor) => declareOutput(conversion, tensor, batch));
  return { name: 'tflite', nodes, initializers, inputs: graphInputs, outputs: graphOutputs, valueInfos: [] };
}

function refuseUnsupported(model: TfliteModel): void {
  if (model.operators.some(({ op }) => op === 'custom edgetpu-custom-op')) {
    throw new PictorError('FEATURE_UNSUPPORTED', {
      expected: 'a model for any processor',
      received: 'one that was compiled for the Edge TPU',
      fix: 'Take the file that it was compiled from: the one of the same name without `_edgetpu`',
    });
  }
  const missing = model.operators.filter(({ op }) => op !== DETECTION && !Object.hasOwn(HANDLERS, op));
  if (missing.length === 0) return;
  const list = missing.slice(0, 50).map(({ op, index, outputs }) => {
    const name = outputs[0] === undefined ? '' : (model.tensors[outputs[0]]?.name ?? '');
    return `${op} (operation ${index}, ${name})`;
  });
  const more = missing.length > list.length ? ` and ${missing.length - list.length} more` : '';
  throw new PictorError('CONVERT_OP_UNSUPPORTED', {
    expected: 'operations that Pictor translates',
    received: `${list.join(', ')}${more}`,
    fix: 'Convert the original model to ONNX with its own exporter instead',
  });
}

function batchDim(model: TfliteModel, ends: readonly TfliteTensor[]): OnnxDim {
  const single = ends.every(({ shape }) => shape[0] === 1 && shape.length > 1);
  return single && model.operators.every(({ op }) => !BATCH_BOUND.has(op)) ? 'N' : (ends[0]?.shape[0] ?? 1);
}

function declareInput(conversion: Conversion, tensor: TfliteTensor, batch: OnnxDim): OnnxValueInfo {
  const name = conversion.sink.unique(tensor.name);
  const { shape } = tensor;
  const channelsFirst = shape.length === 4;
  conversion.putStored(tensor, name, channelsFirst ? 'nchw' : 'plain');
  const [, h = 1, w = 1, c = 1] = shape;
  const dims = channelsFirst
    ? [batch, c, h, w]
    : [batch === 'N' ? batch : (shape[0] ?? 1), ...shape.slice(1)];
  const elementType = tensor.quantization ? ELEMENT_OF.uint8 : ELEMENT_OF[tensor.type];
  return { name, elementType, dims: shape.length === 0 ? [] : dims };
}

function declareOutput(conversion: Conversion, tensor: TfliteTensor, batch: OnnxDim): OnnxValueInfo {
  const name = conversion.sink.node('Identity', [conversion.float(tensor)], {}, `${tensor.name}_output`);
  const { shape } = tensor;
  const dims = shape.length === 0 ? [] : [batch === 'N' ? batch : (shape[0] ?? 1), ...shape.slice(1)];
  const elementType =
    tensor.quantization || tensor.type === 'float16' ? ELEMENT_OF.float32 : ELEMENT_OF[tensor.type];
  return { name, elementType, dims };
}
