import { PictorError } from '../../errors.ts';
import { intOf } from '../../models/onnx/attributes.ts';
import { ELEMENT, type OnnxGraph, type OnnxNode, type OnnxTensor } from '../../models/onnx/types.ts';
import { elements, floatTensor, floatValues, integerValues } from '../../models/onnx/values.ts';

/** Scale and zero point of a tensor, and the range of its integers. */
interface Quantization {
  readonly scale: number;
  readonly zero: number;
  readonly lowest: number;
  readonly highest: number;
}

/** How far from 6 a range may end and still mean ReLU6: ranges are measured, or rounded to a step. */
const NEAR_SIX = 0.05;

/**
 * A graph in QDQ form as the float graph it stands for: weights lose their steps, activations are no longer rounded. A
 * range that begins at 0 is an activation that the quantiser swallowed: ReLU6 where it ends at 6, else ReLU.
 *
 * A quantised graph input is taken as float32 with the same values.
 *
 * @throws FEATURE_UNSUPPORTED for scales that are computed or differ by channel on an activation
 */
export function dequantize(graph: OnnxGraph): OnnxGraph {
  const constants = new Map(graph.initializers.map((tensor) => [tensor.name, tensor]));
  if (!graph.nodes.some(({ opType }) => opType === 'DequantizeLinear')) return graph;
  const added = new Map<string, OnnxTensor>();
  const nodes: OnnxNode[] = [];
  const quantized = new Map<string, Quantization>();
  const inputs = new Set(graph.inputs.map(({ name }) => name));
  let made = 0;
  const put = (opType: string, from: readonly string[], output: string) =>
    nodes.push({
      name: `${opType}_float_${made++}`,
      opType,
      domain: '',
      inputs: from,
      outputs: [output],
      attributes: [],
    });
  const scalar = (value: number) => {
    const name = `float_constant_${made++}`;
    added.set(name, floatTensor(name, [], Float32Array.of(value)));
    return name;
  };

  for (const node of graph.nodes) {
    const [x = '', , zeroName = ''] = node.inputs;
    const output = node.outputs[0] ?? '';
    if (node.opType === 'QuantizeLinear') {
      const q = quantizationOf(node, constants);
      quantized.set(output, q);
      if (q.zero !== q.lowest) put('Identity', [x], output);
      else {
        const high = (q.highest - q.zero) * q.scale;
        if (Math.abs(high - 6) < NEAR_SIX) put('Clip', [x, scalar(0), scalar(6)], output);
        else put('Relu', [x], output);
      }
    } else if (node.opType === 'DequantizeLinear') {
      const constant = constants.get(x);
      if (constant) added.set(output, dequantizedConstant(node, constant, constants));
      else if (inputs.has(x)) {
        const { scale, zero } = quantizationOf(node, constants);
        const centred = `${output}_centred`;
        put('Sub', [x, scalar(zero)], centred);
        put('Mul', [centred, scalar(scale)], output);
      } else put('Identity', [x], output);
    } else {
      const q = quantized.get(x);
      if (q) for (const name of node.outputs) quantized.set(name, q);
      const value = node.opType === 'Pad' && q ? constants.get(zeroName) : undefined;
      const padded = value && q ? ((integerValues(value)[0] ?? q.zero) - q.zero) * q.scale : undefined;
      const replaced = padded === undefined ? node.inputs : node.inputs.with(2, scalar(padded));
      nodes.push({ ...node, inputs: replaced });
    }
  }
  return {
    ...graph,
    nodes,
    initializers: [...graph.initializers, ...added.values()],
    inputs: graph.inputs.map((info) =>
      constants.has(info.name) ? info : { ...info, elementType: ELEMENT.float32 },
    ),
  };
}

function quantizationOf(node: OnnxNode, constants: ReadonlyMap<string, OnnxTensor>): Quantization {
  const scale = constants.get(node.inputs[1] ?? '');
  const zero = constants.get(node.inputs[2] ?? '');
  if (!scale || elements(scale.dims) !== 1) {
    throw new PictorError('FEATURE_UNSUPPORTED', {
      expected: 'activations that are quantised with one constant scale',
      received: `${node.opType} ${node.name} with ${scale ? 'a scale for each channel' : 'a computed scale'}`,
      fix: 'Train on the float32 model that it was made of',
    });
  }
  const signed = zero?.dataType === ELEMENT.int8;
  return {
    scale: floatValues(scale)[0] ?? 1,
    zero: zero ? (integerValues(zero)[0] ?? 0) : 0,
    lowest: signed ? -128 : 0,
    highest: signed ? 127 : 255,
  };
}

function dequantizedConstant(
  node: OnnxNode,
  constant: OnnxTensor,
  constants: ReadonlyMap<string, OnnxTensor>,
): OnnxTensor {
  const scales = constants.get(node.inputs[1] ?? '');
  const zeros = constants.get(node.inputs[2] ?? '');
  const scale = scales ? floatValues(scales) : Float32Array.of(1);
  const zero = zeros ? integerValues(zeros) : [];
  const axis = intOf(node, 'axis', 1);
  const inner = scale.length === 1 ? 1 : elements(constant.dims.slice(axis + 1));
  const steps = integerValues(constant);
  const values = Float32Array.from(steps, (step, i) => {
    const channel = Math.floor(i / inner) % scale.length;
    return (step - (zero[channel] ?? 0)) * (scale[channel] ?? 1);
  });
  return floatTensor(node.outputs[0] ?? '', constant.dims, values);
}
