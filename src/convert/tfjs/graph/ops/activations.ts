import type { GraphBuilder } from '../../../onnx/graph-builder.ts';
import { invalid, unsupported } from '../../../onnx/problem.ts';
import type { Value } from '../../../onnx/value.ts';
import { clip, elu, leakyRelu, plain, prelu, softmax, swish } from '../../../operators/activation.ts';
import { unary } from '../../../operators/elementwise.ts';
import type { Handler, Handlers, Operation } from './handler.ts';

/** An activation by TensorFlow's name. */
export function activationOf(
  graph: GraphBuilder,
  name: string,
  x: Value,
  options: { readonly alpha?: number; readonly slope?: Value } = {},
): Value {
  switch (name) {
    case 'Relu':
    case 'Sigmoid':
    case 'Tanh':
      return plain(graph, name, x);
    case 'Relu6':
      return clip(graph, x, 0, 6);
    case 'Elu':
      return elu(graph, x);
    case 'LeakyRelu':
      return leakyRelu(graph, x, options.alpha ?? 0.2);
    case 'Prelu':
      if (!options.slope) throw invalid('no slope');
      return prelu(graph, x, options.slope);
    default:
      throw unsupported(`the fused operation ${name}`);
  }
}

function named(name: string): Handler {
  return (operation) => activationOf(operation.graph, name, operation.input(0));
}

function same(opType: string): Handler {
  return (operation) => plain(operation.graph, opType, operation.input(0));
}

function chain(emit: (operation: Operation, x: string) => string): Handler {
  return (operation) => unary(operation.graph, operation.input(0), (x) => emit(operation, x));
}

/** Functions of one value at a time, and softmax. */
export const ACTIVATIONS: Handlers = {
  Relu: named('Relu'),
  Relu6: named('Relu6'),
  Elu: named('Elu'),
  Sigmoid: named('Sigmoid'),
  Tanh: named('Tanh'),
  Selu: chain(({ graph }, x) => graph.sink.node('Selu', [x])),
  LeakyRelu: (operation) =>
    leakyRelu(operation.graph, operation.input(0), operation.attributes.number('alpha', 0.2)),
  Prelu: (operation) => prelu(operation.graph, operation.input(0), operation.input(1)),
  Softplus: same('Softplus'),
  Softsign: same('Softsign'),
  Softmax: (operation) => softmax(operation.graph, operation.input(0)),
  LogSoftmax: (operation) => softmax(operation.graph, operation.input(0), -1, 'LogSoftmax'),
  Swish: (operation) => swish(operation.graph, operation.input(0)),
  ClipByValue: (operation) =>
    clip(
      operation.graph,
      operation.input(0),
      operation.number(1, 'the least value'),
      operation.number(2, 'the greatest value'),
    ),
  Abs: same('Abs'),
  Neg: same('Neg'),
  Sign: same('Sign'),
  Exp: same('Exp'),
  Log: same('Log'),
  Log1p: chain(({ graph: { sink } }, x) => sink.node('Log', [sink.node('Add', [x, sink.floats(1)])])),
  Expm1: chain(({ graph: { sink } }, x) => sink.node('Sub', [sink.node('Exp', [x]), sink.floats(1)])),
  Sqrt: same('Sqrt'),
  Rsqrt: chain(({ graph: { sink } }, x) => sink.node('Reciprocal', [sink.node('Sqrt', [x])])),
  Reciprocal: same('Reciprocal'),
  Square: chain(({ graph: { sink } }, x) => sink.node('Mul', [x, x])),
  Erf: same('Erf'),
  Sin: same('Sin'),
  Cos: same('Cos'),
  Floor: same('Floor'),
  Ceil: same('Ceil'),
  Round: same('Round'),
};
