import { invalid, unsupported } from '../../../onnx/problem.ts';
import { picture, type Value } from '../../../onnx/value.ts';
import { conv2d, convTranspose2d, depthwiseConv2d } from '../../../operators/convolution.ts';
import { pad, pool, resize } from '../../../operators/picture.ts';
import { reduce } from '../../../operators/reduce.ts';
import { planSlice, sliceBy } from '../../../operators/slice.ts';
import type { Config } from '../config.ts';
import { activate } from './activations.ts';
import type { LayerCall, LayerHandler, LayerHandlers } from './handler.ts';

function biasOf(call: LayerCall, position: number): Value | undefined {
  return call.config.flag('use_bias', true) ? call.weight('bias', position) : undefined;
}

function convolution(call: LayerCall): Value {
  const { graph, config, input } = call;
  return activate(call, conv2d(graph, input, call.weight('kernel', 0), config.steps(), biasOf(call, 1)));
}

function depthwise(call: LayerCall): Value {
  const { graph, config, input } = call;
  const filter = call.weight('depthwise_kernel', 0);
  return activate(call, depthwiseConv2d(graph, input, filter, config.steps(), biasOf(call, 1)));
}

function separable(call: LayerCall): Value {
  const { graph, config, input } = call;
  const spread = depthwiseConv2d(graph, input, call.weight('depthwise_kernel', 0), config.steps());
  const steps = { strides: [1, 1], padding: 'valid' } as const;
  return activate(call, conv2d(graph, spread, call.weight('pointwise_kernel', 1), steps, biasOf(call, 2)));
}

function transposed(call: LayerCall): Value {
  const { graph, config, input } = call;
  if (config.numbers('output_padding').length > 0) throw unsupported('a padding of the output');
  const { strides, dilations = [1, 1], padding } = config.steps();
  if (dilations.some((dilation) => dilation !== 1)) throw unsupported('a dilation');
  const kernel = call.weight('kernel', 0);
  const { h, w } = picture(input);
  const length = (axis: 0 | 1, from: number) => {
    const whole = from * strides[axis];
    return padding === 'same' ? whole : whole + Math.max(0, (kernel.shape[axis] ?? 0) - strides[axis]);
  };
  const size = [length(0, h), length(1, w)] as const;
  const value = convTranspose2d(graph, input, kernel, { strides, padding, size }, biasOf(call, 1));
  return activate(call, value);
}

function pooling(kind: 'MaxPool' | 'AveragePool'): LayerHandler {
  return ({ graph, config, input }) => {
    const kernel = config.pair('pool_size', [2, 2]);
    return pool(graph, kind, input, kernel, config.steps(kernel));
  };
}

function globalPooling(kind: 'ReduceMean' | 'ReduceMax'): LayerHandler {
  return ({ graph, config, input }) => {
    config.requireChannelsLast();
    picture(input);
    return reduce(graph, kind, input, [1, 2], config.flag('keepdims', false));
  };
}

/** Top, bottom, left and right: as one number, as two, or as two pairs. */
function sides(config: Config, name: string, fallback: number): [number, number, number, number] {
  config.requireChannelsLast();
  const values = config.numbers(name);
  const [a = fallback, b = a, c, d] = values;
  if (values.length > 2) return [a, b, c ?? 0, d ?? 0];
  return [a, a, b, b];
}

function zeroPadding({ graph, config, input }: LayerCall): Value {
  picture(input);
  const [top, bottom, left, right] = sides(config, 'padding', 1);
  return pad(
    graph,
    input,
    [
      [0, 0],
      [top, bottom],
      [left, right],
      [0, 0],
    ],
    0,
  );
}

function cropping({ graph, config, input }: LayerCall): Value {
  const { h, w, c } = picture(input);
  const [top, bottom, left, right] = sides(config, 'cropping', 0);
  const plan = planSlice(input.shape, {
    begin: [0, top, left, 0],
    end: [0, h - bottom, w - right, c],
    strides: [1, 1, 1, 1],
    beginMask: 1,
    endMask: 1,
    ellipsisMask: 0,
    newAxisMask: 0,
    shrinkAxisMask: 0,
  });
  return sliceBy(graph, input, plan);
}

/** TensorFlow.js samples from the corner here, where Keras samples from the middle of pixels. */
function upSampling({ graph, config, input, tfjs }: LayerCall): Value {
  config.requireChannelsLast();
  const { h, w } = picture(input);
  const [rows, columns] = config.pair('size', [2, 2]);
  const interpolation = config.text('interpolation', 'nearest');
  if (interpolation !== 'nearest' && interpolation !== 'bilinear') {
    throw unsupported(`the interpolation ${interpolation}`);
  }
  return resize(graph, input, [h * rows, w * columns], {
    kind: interpolation === 'nearest' ? 'nearest' : 'linear',
    alignCorners: false,
    halfPixelCenters: !tfjs && interpolation === 'bilinear',
  });
}

/** keras-retinanet: the first input at the size of the second. */
function upsampleLike({ graph, inputs }: LayerCall): Value {
  const [x, like] = inputs;
  if (!x || !like) throw invalid(`${inputs.length} inputs`);
  const { h, w } = picture(like);
  return resize(graph, x, [h, w], { kind: 'nearest', alignCorners: false, halfPixelCenters: false });
}

/** Layers with a window, or a border. */
export const WINDOWS: LayerHandlers = {
  Conv2D: convolution,
  Convolution2D: convolution,
  Conv2DTranspose: transposed,
  DepthwiseConv2D: depthwise,
  SeparableConv2D: separable,
  MaxPooling2D: pooling('MaxPool'),
  AveragePooling2D: pooling('AveragePool'),
  GlobalAveragePooling2D: globalPooling('ReduceMean'),
  GlobalMaxPooling2D: globalPooling('ReduceMax'),
  ZeroPadding2D: zeroPadding,
  Cropping2D: cropping,
  UpSampling2D: upSampling,
  UpsampleLike: upsampleLike,
};
