import { floatOf } from '../../models/onnx/attributes.ts';
import type { OnnxGraph, OnnxNode, OnnxTensor } from '../../models/onnx/types.ts';
import { elements, floatTensor, floatValues } from '../../models/onnx/values.ts';

/**
 * Batch norms that no convolution could take in (as in DenseNet, where they come first) become `x · scale + shift`,
 * together with a constant product or sum that follows. Their statistics stay as they are: batches of a dozen pictures
 * would only spoil them.
 */
export function foldBatchNorms(graph: OnnxGraph): OnnxGraph {
  const constants = new Map(graph.initializers.map((tensor) => [tensor.name, tensor]));
  const readers = new Map<string, OnnxNode[]>();
  for (const node of graph.nodes) {
    for (const name of node.inputs) readers.set(name, [...(readers.get(name) ?? []), node]);
  }
  const outputs = new Set(graph.outputs.map(({ name }) => name));
  const gone = new Set<OnnxNode>();
  const added: OnnxTensor[] = [];
  const nodes = graph.nodes.flatMap((node): readonly OnnxNode[] => {
    if (gone.has(node)) return [];
    if (node.opType !== 'BatchNormalization') return [node];
    const [x = '', ...names] = node.inputs;
    const values = names.map((name) => {
      const constant = constants.get(name);
      return constant && floatValues(constant);
    });
    const [gamma, beta, mean, variance] = values;
    if (!gamma || !beta || !mean || !variance) return [node];
    const epsilon = floatOf(node, 'epsilon', 1e-5);
    const scale = gamma.map((value, c) => value / Math.sqrt((variance[c] ?? 0) + epsilon));
    const shift = beta.map((value, c) => value - (mean[c] ?? 0) * (scale[c] ?? 1));
    let output = node.outputs[0] ?? '';
    for (;;) {
      const [next, ...others] = readers.get(output) ?? [];
      if (!next || others.length > 0 || outputs.has(output)) break;
      const operand = constants.get(next.inputs.find((name) => name !== output) ?? '');
      const perChannel =
        operand && (elements(operand.dims) === 1 || isPerChannel(operand.dims, scale.length))
          ? floatValues(operand)
          : undefined;
      if (!perChannel || (next.opType !== 'Mul' && next.opType !== 'Add')) break;
      for (const c of scale.keys()) {
        const value = perChannel[perChannel.length === 1 ? 0 : c] ?? 0;
        if (next.opType === 'Mul') scale[c] = (scale[c] ?? 0) * value;
        shift[c] = next.opType === 'Mul' ? (shift[c] ?? 0) * value : (shift[c] ?? 0) + value;
      }
      gone.add(next);
      output = next.outputs[0] ?? '';
    }
    const [a, b, scaled] = [`${output}_scale`, `${output}_shift`, `${output}_scaled`];
    added.push(
      floatTensor(a, [1, scale.length, 1, 1], scale),
      floatTensor(b, [1, shift.length, 1, 1], shift),
    );
    const step = (opType: string, inputs: readonly string[], to: string): OnnxNode => ({
      name: `${opType}_${to}`,
      opType,
      domain: '',
      inputs,
      outputs: [to],
      attributes: [],
    });
    return [step('Mul', [x, a], scaled), step('Add', [scaled, b], output)];
  });
  return { ...graph, nodes, initializers: [...graph.initializers, ...added] };
}

/** `[1, C, 1, 1]` or `[C, 1, 1]` */
function isPerChannel(dims: readonly number[], channels: number): boolean {
  return dims.at(-3) === channels && elements(dims) === channels;
}
