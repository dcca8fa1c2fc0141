import { constantOf, floatsOf } from '../../../onnx/constant.ts';
import { invalid, unsupported } from '../../../onnx/problem.ts';
import { axisOf, type Value } from '../../../onnx/value.ts';
import { batchNormalization, matMul } from '../../../operators/dense.ts';
import { type Binary, binary, unary } from '../../../operators/elementwise.ts';
import { reduce } from '../../../operators/reduce.ts';
import { concat, reshape, transpose } from '../../../operators/shape.ts';
import { activate } from './activations.ts';
import type { LayerCall, LayerHandler, LayerHandlers } from './handler.ts';

function dense(call: LayerCall): Value {
  const biased = call.config.flag('use_bias', true);
  const product = matMul(call.graph, call.input, call.weight('kernel', 0), {
    ...(biased && { bias: call.weight('bias', 1) }),
  });
  return activate(call, product);
}

function normalization(call: LayerCall): Value {
  const { graph, config, input } = call;
  const rank = input.shape.length;
  if (axisOf(config.number('axis', -1), rank) !== rank - 1) {
    throw unsupported('a normalisation along another axis than the last');
  }
  const [scaled, centred] = [config.flag('scale', true), config.flag('center', true)];
  const first = Number(scaled) + Number(centred);
  return batchNormalization(graph, input, {
    ...(scaled && { scale: call.weight('gamma', 0) }),
    ...(centred && { offset: call.weight('beta', Number(scaled)) }),
    mean: call.weight('moving_mean', first),
    variance: call.weight('moving_variance', first + 1),
    epsilon: config.number('epsilon', 0.001),
  });
}

/** Statistics of each value's own channels: Ba et al., arXiv:1607.06450. */
function layerNormalization(call: LayerCall): Value {
  const { graph, config, input } = call;
  const rank = input.shape.length;
  if (axisOf(config.number('axis', -1), rank) !== rank - 1) {
    throw unsupported('a normalisation along another axis than the last');
  }
  const [scaled, centred] = [config.flag('scale', true), config.flag('center', true)];
  const mean = reduce(graph, 'ReduceMean', input, [-1], true);
  const difference = binary(graph, 'Sub', input, mean);
  const square = binary(graph, 'Mul', difference, difference);
  const epsilon = constantOf('epsilon', [], Float32Array.of(config.number('epsilon', 0.001)));
  const variance = binary(graph, 'Add', reduce(graph, 'ReduceMean', square, [-1], true), epsilon);
  const deviation = unary(graph, variance, (x) => graph.sink.node('Sqrt', [x]));
  let value: Value = binary(graph, 'Div', difference, deviation);
  if (scaled) value = binary(graph, 'Mul', value, call.weight('gamma', 0));
  if (centred) value = binary(graph, 'Add', value, call.weight('beta', Number(scaled)));
  return value;
}

function merge(kind: Binary): LayerHandler {
  return ({ graph, inputs }) => {
    const [first, ...rest] = inputs;
    if (!first || rest.length === 0) throw invalid(`${inputs.length} inputs`);
    return rest.reduce((sum, each) => binary(graph, kind, sum, each), first);
  };
}

function average(call: LayerCall): Value {
  const share = constantOf('share', [], Float32Array.of(1 / Math.max(1, call.inputs.length)));
  return binary(call.graph, 'Mul', merge('Add')(call), share);
}

function rescaling({ graph, config, input }: LayerCall): Value {
  const constant = (name: string, fallback: number) => {
    const values = config.numbers(name);
    const list = Float32Array.from(values.length > 0 ? values : [fallback]);
    return constantOf(name, list.length > 1 ? [list.length] : [], list);
  };
  const scaled = binary(graph, 'Mul', input, constant('scale', 1));
  return binary(graph, 'Add', scaled, constant('offset', 0));
}

const passes: LayerHandler = ({ input }) => input;

function flatten({ graph, config, input }: LayerCall): Value {
  config.requireChannelsLast();
  return reshape(graph, input, [input.shape[0] ?? 1, -1]);
}

/** The mean and variance of the training pictures, from the configuration or the weights: EfficientNet begins so. */
function dataNormalization(call: LayerCall): Value {
  const { graph, config, input } = call;
  const rank = input.shape.length;
  if (config.flag('invert', false)) throw unsupported('a normalisation that is undone');
  if (config.numbers('axis').some((axis) => axisOf(axis, rank) !== rank - 1)) {
    throw unsupported('a normalisation along another axis than the last');
  }
  const statistic = (name: string, position: number) => {
    const own = config.numbers(name);
    return own.length > 0 ? Float32Array.from(own) : floatsOf(call.weight(name, position));
  };
  const [mean, variance] = [statistic('mean', 0), statistic('variance', 1)];
  const deviation = variance.map((value) => Math.max(Math.sqrt(value), LEAST_DEVIATION));
  const centred = binary(graph, 'Sub', input, constantOf('mean', [mean.length], mean));
  return binary(graph, 'Div', centred, constantOf('deviation', [deviation.length], deviation));
}

/** Keras's epsilon. */
const LEAST_DEVIATION = 1e-7;

/** Everything that is neither a window nor an activation. Layers for the training alone pass values on. */
export const CORE: LayerHandlers = {
  Dense: dense,
  BatchNormalization: normalization,
  BatchNormalizationV1: normalization,
  LayerNormalization: layerNormalization,
  Flatten: flatten,
  Reshape: ({ graph, config, input }) =>
    reshape(graph, input, [input.shape[0] ?? 1, ...config.lengths('target_shape')]),
  Permute: ({ graph, config, input }) => transpose(graph, input, [0, ...config.numbers('dims')]),
  Concatenate: ({ graph, config, inputs }) => concat(graph, inputs, config.number('axis', -1)),
  Add: merge('Add'),
  Subtract: merge('Sub'),
  Multiply: merge('Mul'),
  Maximum: merge('Max'),
  Minimum: merge('Min'),
  Average: average,
  Normalization: dataNormalization,
  Rescaling: rescaling,
  Dropout: passes,
  SpatialDropout2D: passes,
  AlphaDropout: passes,
  GaussianDropout: passes,
  GaussianNoise: passes,
  ActivityRegularization: passes,
  RandomFlip: passes,
  RandomRotation: passes,
  RandomZoom: passes,
  RandomTranslation: passes,
  RandomContrast: passes,
  RandomBrightness: passes,
};
