import { constantOf } from '../../../onnx/constant.ts';
import { unsupported } from '../../../onnx/problem.ts';
import type { Value } from '../../../onnx/value.ts';
import {
  clip,
  elu,
  gelu,
  hardSigmoid,
  leakyRelu,
  mish,
  plain,
  prelu,
  softmax,
  swish,
} from '../../../operators/activation.ts';
import { binary, cast, compare, unary } from '../../../operators/elementwise.ts';
import type { LayerCall, LayerHandlers } from './handler.ts';

type Activate = (call: LayerCall, x: Value) => Value;

const ONE_TO_ONE = (opType: string): Activate => {
  return ({ graph }, x) => plain(graph, opType, x);
};

const BY_NAME: Readonly<Record<string, Activate>> = {
  linear: (_, x) => x,
  relu: ONE_TO_ONE('Relu'),
  relu6: ({ graph }, x) => clip(graph, x, 0, 6),
  elu: ({ graph }, x) => elu(graph, x),
  selu: ({ graph }, x) => unary(graph, x, (input) => graph.sink.node('Selu', [input])),
  sigmoid: ONE_TO_ONE('Sigmoid'),
  // Keras 3 has another slope than Keras 2 and TensorFlow.js.
  hardsigmoid: ({ graph, keras }, x) => hardSigmoid(graph, x, keras === 3 ? 1 / 6 : 0.2, 0.5),
  hardswish: ({ graph }, x) => unary(graph, x, (input) => graph.sink.node('HardSwish', [input])),
  softmax: ({ graph }, x) => softmax(graph, x),
  logsoftmax: ({ graph }, x) => softmax(graph, x, -1, 'LogSoftmax'),
  softplus: ONE_TO_ONE('Softplus'),
  softsign: ONE_TO_ONE('Softsign'),
  tanh: ONE_TO_ONE('Tanh'),
  exponential: ONE_TO_ONE('Exp'),
  swish: ({ graph }, x) => swish(graph, x),
  silu: ({ graph }, x) => swish(graph, x),
  mish: ({ graph }, x) => mish(graph, x),
  gelu: ({ graph }, x) => gelu(graph, x, false),
  gelunew: ({ graph }, x) => gelu(graph, x, true),
  leakyrelu: ({ graph }, x) => leakyRelu(graph, x, 0.2),
};

/** Name of an activation without case and underscores: Keras and TensorFlow.js differ there. */
function normalized(name: string): string {
  return name.toLowerCase().replaceAll('_', '');
}

/** Applies the activation that the layer's configuration names. */
export function activate(call: LayerCall, x: Value): Value {
  const name = call.config.activation();
  const key = normalized(name);
  const activation = Object.hasOwn(BY_NAME, key) ? BY_NAME[key] : undefined;
  if (!activation) throw unsupported(`the activation ${name}`);
  return activation(call, x);
}

/** What the activation that a layer ends with does to the sum of its values. */
export function lastActivation(kind: string, activation: string): 'softmax' | 'sigmoid' | 'other' {
  const name = normalized(kind === 'Softmax' ? 'softmax' : activation);
  return name === 'softmax' || name === 'sigmoid' ? name : 'other';
}

function relu(call: LayerCall): Value {
  const { graph, config, input } = call;
  const [top, slope, threshold] = [
    config.optional('max_value') ?? Number.POSITIVE_INFINITY,
    config.number('negative_slope', 0),
    config.number('threshold', 0),
  ];
  if (threshold !== 0) throw unsupported(`a threshold of ${threshold}`);
  if (slope === 0) return clip(graph, input, 0, top);
  const leaky = leakyRelu(graph, input, slope);
  if (top === Number.POSITIVE_INFINITY) return leaky;
  return binary(graph, 'Min', leaky, constantOf('max_value', [], Float32Array.of(top)));
}

function thresholded({ graph, config, input }: LayerCall): Value {
  const theta = constantOf('theta', [], Float32Array.of(config.number('theta', 1)));
  return binary(graph, 'Mul', input, cast(graph, compare(graph, 'Greater', input, theta), 'float32'));
}

/** Layers that apply a function to each value. */
export const ACTIVATIONS: LayerHandlers = {
  Activation: (call) => activate(call, call.input),
  ReLU: relu,
  LeakyReLU: ({ graph, config, input }) =>
    leakyRelu(graph, input, config.optional('negative_slope') ?? config.number('alpha', 0.3)),
  PReLU: (call) => prelu(call.graph, call.input, call.weight('alpha', 0)),
  ELU: ({ graph, config, input }) => elu(graph, input, config.number('alpha', 1)),
  ThresholdedReLU: thresholded,
  Softmax: ({ graph, config, input }) => softmax(graph, input, config.number('axis', -1)),
};
