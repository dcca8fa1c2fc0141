import { ELEMENT, type OnnxGraph } from '../../models/onnx/types.ts';
import { elements } from '../../models/onnx/values.ts';

/** Inputs of operators that are learnt, from the second on. */
const LEARNT = new Set(['Conv', 'ConvTranspose', 'Gemm', 'MatMul', 'PRelu']);

/**
 * Names of the constants that training may change: weights and biases of products, and scales and shifts of a channel
 * that come after the first of them. What comes before it normalises pixels.
 */
export function trainableConstants(graph: Pick<OnnxGraph, 'nodes' | 'initializers'>): ReadonlySet<string> {
  const floats = new Map(
    graph.initializers
      .filter(({ dataType }) => dataType === ELEMENT.float32)
      .map((tensor) => [tensor.name, tensor]),
  );
  const found = new Set<string>();
  let learning = false;
  for (const { opType, inputs } of graph.nodes) {
    const learnt = LEARNT.has(opType);
    learning ||= learnt;
    for (const name of inputs) {
      const constant = floats.get(name);
      if (!constant) continue;
      const affine = learning && (opType === 'Mul' || opType === 'Add') && elements(constant.dims) > 1;
      if (learnt || affine) found.add(name);
    }
  }
  return found;
}
