/**
 * The loss of a linear classifier and its gradient, as an ONNX graph: the matrix products are most of the work, and the
 * inference library has the fastest ones there are.
 *
 * @module
 */
import { OnnxSink } from '../../convert/onnx/onnx-sink.ts';
import { ELEMENT, type OnnxModel } from '../../models/onnx/types.ts';
import type { Matrix } from '../matrix.ts';

/** Names of the graph's inputs and outputs. */
export const OBJECTIVE = {
  weights: 'weights',
  bias: 'bias',
  importance: 'importance',
  loss: 'loss',
  weightGradient: 'weight_gradient',
  biasGradient: 'bias_gradient',
  logits: 'logits',
} as const;

/**
 * Cross-entropy of `softmax(features · weightsᵀ + bias)`, each picture times its importance. The features and the
 * classes are constants; a picture of importance 0 is left out, so that one graph serves every fold.
 *
 * @param labels class of each row
 */
export function softmaxObjective(features: Matrix, labels: Int32Array, classes: number): OnnxModel {
  const sink = new OnnxSink();
  for (const name of Object.values(OBJECTIVE)) sink.unique(name);
  const { rows, columns } = features;
  const x = sink.constant('features', 'float32', [rows, columns], bytesOf(features.data));
  const oneHot = new Float32Array(rows * classes);
  for (const [row, label] of labels.entries()) oneHot[row * classes + label] = 1;
  const y = sink.constant('classes', 'float32', [rows, classes], bytesOf(oneHot));
  const ones = sink.constant('ones', 'float32', [1, rows], bytesOf(new Float32Array(rows).fill(1)));
  const column = sink.constant('column', 'float32', [classes, 1], bytesOf(new Float32Array(classes).fill(1)));
  const named = (opType: string, inputs: string[], output: string, attributes = {}) => {
    // The outputs' names were taken before, so that no constant gets one.
    sink.nodes.push({
      ...node(opType, inputs, output),
      attributes: Object.entries(attributes).map(([name, value]) => ({
        name,
        type: 'int' as const,
        value: Number(value),
      })),
    });
    return output;
  };
  const logits = named('Gemm', [x, OBJECTIVE.weights, OBJECTIVE.bias], OBJECTIVE.logits, { transB: 1 });
  const logs = sink.node('LogSoftmax', [logits], { axis: 1 });
  const errors = sink.node('Sub', [sink.node('Exp', [logs]), y]);
  const weighted = sink.node('Mul', [errors, OBJECTIVE.importance]);
  named('Gemm', [weighted, x], OBJECTIVE.weightGradient, { transA: 1 });
  named('MatMul', [ones, weighted], OBJECTIVE.biasGradient);
  const right = sink.node('MatMul', [sink.node('Mul', [logs, y]), column]);
  named('MatMul', [ones, sink.node('Mul', [right, OBJECTIVE.importance])], OBJECTIVE.loss);
  const float = (name: string, dims: readonly number[]) => ({ name, elementType: ELEMENT.float32, dims });
  return {
    irVersion: 8,
    opsets: [{ domain: '', version: 13 }],
    producerName: 'pictor',
    producerVersion: '',
    domain: '',
    modelVersion: 0,
    docString: '',
    metadata: [],
    graph: {
      name: 'softmax objective',
      nodes: sink.nodes,
      initializers: sink.initializers,
      inputs: [
        float(OBJECTIVE.weights, [classes, columns]),
        float(OBJECTIVE.bias, [classes]),
        float(OBJECTIVE.importance, [rows, 1]),
      ],
      outputs: [
        float(OBJECTIVE.loss, [1, 1]),
        float(OBJECTIVE.weightGradient, [classes, columns]),
        float(OBJECTIVE.biasGradient, [1, classes]),
        float(OBJECTIVE.logits, [rows, classes]),
      ],
      valueInfos: [],
    },
  };
}

function node(opType: string, inputs: readonly string[], output: string) {
  return { name: output, opType, domain: '', inputs, outputs: [output], attributes: [] };
}

function bytesOf(data: ArrayBufferView): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
