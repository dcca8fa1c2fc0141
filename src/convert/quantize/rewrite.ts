import type { OnnxModel, OnnxNode, OnnxTensor } from '../../models/onnx/types.ts';
import { ELEMENT } from '../../models/onnx/types.ts';
import type { Range } from './calibrate.ts';
import { constantsOf, intAttribute, type QuantizationPlan } from './plan.ts';
import { quantizeBias, quantizeWeights } from './weights.ts';

/**
 * Writes the plan into the graph in QDQ form: every stored tensor passes a QuantizeLinear, and every reader has its own
 * DequantizeLinear, which the runtime fuses with it.
 */
export function rewrite(
  model: OnnxModel,
  plan: QuantizationPlan,
  ranges: ReadonlyMap<string, Range>,
  weightLimit: number,
): OnnxModel {
  const constants = constantsOf(model.graph);
  const nodes: OnnxNode[] = [];
  const added: OnnxTensor[] = [];
  let made = 0;

  const node = (opType: string, inputs: readonly string[], output: string, axis?: number): string => {
    const attributes = axis === undefined ? [] : [{ name: 'axis', type: 'int' as const, value: axis }];
    nodes.push({
      name: `${opType}_pictor_${made++}`,
      opType,
      domain: '',
      inputs,
      outputs: [output],
      attributes,
    });
    return output;
  };
  const constant = (tensor: OnnxTensor): string => {
    const name = `${tensor.name}_pictor_${made++}`;
    added.push({ ...tensor, name });
    return name;
  };
  const scalars = new Map<string, { readonly scale: string; readonly zero: string; readonly step: number }>();
  const parameters = (name: string) => {
    const known = scalars.get(name);
    if (known) return known;
    const { low, high } = ranges.get(name) ?? { low: 0, high: 1 };
    const step = Math.fround(Math.max(high - low, 1e-8) / 255);
    const zero = Math.max(0, Math.min(255, Math.round(-low / step)));
    const fresh = {
      scale: constant(floatTensor(`${name}_scale`, [], Float32Array.of(step))),
      zero: constant({
        name: `${name}_zero`,
        dims: [],
        dataType: ELEMENT.uint8,
        rawData: Uint8Array.of(zero),
      }),
      step,
    };
    scalars.set(name, fresh);
    return fresh;
  };
  const quantized = new Set<string>();
  const quantize = (name: string) => {
    const range = plan.tensors.get(name);
    if (range === undefined || quantized.has(name)) return;
    const { scale, zero } = parameters(range);
    quantized.add(name);
    node('QuantizeLinear', [name, scale, zero], `${name}_pictor_u8`);
  };
  const dequantize = (name: string): string => {
    const range = plan.tensors.get(name);
    if (range === undefined) return name;
    const { scale, zero } = parameters(range);
    return node('DequantizeLinear', [`${name}_pictor_u8`, scale, zero], `${name}_pictor_real_${made++}`);
  };
  const weighted = (old: OnnxNode): readonly string[] => {
    const [x = '', w = '', b = ''] = old.inputs;
    const [weight, bias] = [constants.get(w), constants.get(b)];
    const range = plan.tensors.get(x);
    if (!weight || range === undefined) return old.inputs;
    const axis = old.opType === 'Conv' || intAttribute(old, 'transB', 0) === 1 ? 0 : 1;
    const { tensor, scales } = quantizeWeights(weight, axis, weightLimit);
    const scale = constant(floatTensor(`${w}_scale`, [scales.length], scales));
    const zeros = (elementType: number, width: number) =>
      constant({
        name: `${w}_zero`,
        dims: [scales.length],
        dataType: elementType,
        rawData: new Uint8Array(scales.length * width),
      });
    const real = node(
      'DequantizeLinear',
      [constant(tensor), scale, zeros(ELEMENT.int8, 1)],
      `${w}_pictor_real_${made++}`,
      axis,
    );
    const inputs = [dequantize(x), real];
    if (!bias) return inputs;
    const { step } = parameters(range);
    if (bias.dims.length !== 1 || bias.dims[0] !== scales.length) return [...inputs, b];
    const biasScales = scales.map((value) => value * step);
    const biasScale = constant(floatTensor(`${b}_scale`, [scales.length], biasScales));
    const steps = constant(quantizeBias(bias, biasScales));
    return [
      ...inputs,
      node('DequantizeLinear', [steps, biasScale, zeros(ELEMENT.int32, 4)], `${b}_pictor_real_${made++}`, 0),
    ];
  };

  for (const input of model.graph.inputs) quantize(input.name);
  for (const old of model.graph.nodes) {
    const hasWeights = plan.nodes.has(old) && ['Conv', 'Gemm', 'MatMul'].includes(old.opType);
    const inputs = hasWeights ? weighted(old) : old.inputs.map(dequantize);
    nodes.push({ ...old, inputs });
    for (const output of old.outputs) quantize(output);
  }
  const used = new Set([
    ...nodes.flatMap(({ inputs }) => inputs),
    ...model.graph.outputs.map(({ name }) => name),
  ]);
  const initializers = [...model.graph.initializers, ...added].filter(({ name }) => used.has(name));
  // Shapes of inner values are found again by the runtime.
  return { ...model, graph: { ...model.graph, nodes, initializers, valueInfos: [] } };
}

function floatTensor(name: string, dims: readonly number[], values: Float32Array): OnnxTensor {
  const rawData = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  return { name, dims, dataType: ELEMENT.float32, rawData };
}
