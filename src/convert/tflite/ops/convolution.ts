import { padsOf } from '../../onnx/padding.ts';
import type { Conversion } from '../conversion.ts';
import { damaged } from '../flatbuffer.ts';
import type { TfliteOperator, TfliteTensor } from '../read-model.ts';
import { finish, type Handlers, nhwc, positive } from './handler.ts';

const SAME = 0;

/** Real-number weights: quantised ones stay 8-bit behind a DequantizeLinear with the channel axis of the new order. */
function realWeight(
  conversion: Conversion,
  tensor: TfliteTensor,
  permutation: readonly number[],
  dims: readonly number[],
  channelAxis: number,
): string {
  const name = conversion.weight(tensor, permutation, dims);
  return real(conversion, tensor, name, channelAxis);
}

function real(conversion: Conversion, tensor: TfliteTensor, name: string, channelAxis: number): string {
  const { sink } = conversion;
  const { quantization, type } = tensor;
  if (!quantization) {
    if (type === 'float16') return sink.node('Cast', [name], { to: 1 }, `${tensor.name}_f32`);
    if (type !== 'float32') throw damaged(`weights ${tensor.name} of type ${type} without a scale`);
    return name;
  }
  if (type !== 'uint8' && type !== 'int8' && type !== 'int32')
    throw damaged(`quantised weights of type ${type}`);
  const limit = type === 'uint8' ? [0, 255] : [-128, 127];
  const [low = 0, high = 0] = limit;
  if (type !== 'int32' && quantization.zeroPoint.some((zero) => zero < low || zero > high)) {
    throw damaged(`${tensor.name} with a zero point outside its type`);
  }
  const [scale, zero] = [quantization.scale[0], quantization.zeroPoint[0]];
  const single = quantization.scale.length === 1 && scale !== undefined && zero !== undefined;
  return sink.node(
    'DequantizeLinear',
    [
      name,
      sink.floats(single ? scale : quantization.scale),
      sink.zeroPoint(type, single ? zero : quantization.zeroPoint),
    ],
    single ? {} : { axis: channelAxis },
    `${tensor.name}_real`,
  );
}

function inputsOf(
  conversion: Conversion,
  op: TfliteOperator,
  weight: string,
  layout: 'nchw' | 'plain',
): string[] {
  const bias = conversion.optional(op, 2);
  const inputs = [conversion.float(conversion.input(op, 0), layout), weight];
  return bias ? [...inputs, biasOf(conversion, bias)] : inputs;
}

function biasOf(conversion: Conversion, bias: TfliteTensor): string {
  if (bias.shape.length !== 1) throw damaged(`bias ${bias.name} of rank ${bias.shape.length}`);
  return bias.data ? realWeight(conversion, bias, [0], bias.shape, 0) : conversion.float(bias);
}

interface Window {
  readonly kernel: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly dilations: readonly [number, number];
}

function windowAttributes(op: TfliteOperator, input: TfliteTensor, window: Window) {
  const [, height, width] = nhwc(input);
  const same = (op.options?.number(0, 'int8') ?? SAME) === SAME;
  const { kernel, strides, dilations } = window;
  const [top, bottom] = padsOf(same, height, kernel[0], strides[0], dilations[0]);
  const [left, right] = padsOf(same, width, kernel[1], strides[1], dilations[1]);
  return { kernel_shape: kernel, strides, dilations, pads: [top, left, bottom, right] };
}

function convolution(conversion: Conversion, op: TfliteOperator): void {
  const [input, filter] = [conversion.input(op, 0), conversion.input(op, 1)];
  const [outputs, height, width, channels] = nhwc(filter);
  const [, , , depth] = nhwc(input);
  const group = depth / channels;
  if (!Number.isInteger(group) || group < 1) throw damaged(`${filter.name} does not fit ${depth} channels`);
  const attributes = windowAttributes(op, input, {
    kernel: [height, width],
    strides: [positive(op, 2, 1), positive(op, 1, 1)],
    dilations: [positive(op, 5, 1), positive(op, 4, 1)],
  });
  const weight = filter.data
    ? realWeight(conversion, filter, [0, 3, 1, 2], [outputs, channels, height, width], 0)
    : conversion.float(filter, 'nchw');
  const value = conversion.sink.node('Conv', inputsOf(conversion, op, weight, 'nchw'), {
    ...attributes,
    group,
  });
  finish(conversion, conversion.output(op), value, 'nchw', op.options?.number(3, 'int8') ?? 0);
}

function depthwise(conversion: Conversion, op: TfliteOperator): void {
  const [input, filter] = [conversion.input(op, 0), conversion.input(op, 1)];
  const [one, height, width, outputs] = nhwc(filter);
  const [, , , depth] = nhwc(input);
  if (one !== 1 || depth < 1 || outputs % depth !== 0)
    throw damaged(`${filter.name} does not fit ${depth} channels`);
  const attributes = windowAttributes(op, input, {
    kernel: [height, width],
    strides: [positive(op, 2, 1), positive(op, 1, 1)],
    dilations: [positive(op, 6, 1), positive(op, 5, 1)],
  });
  const weight = realWeight(conversion, filter, [3, 0, 1, 2], [outputs, 1, height, width], 0);
  const value = conversion.sink.node('Conv', inputsOf(conversion, op, weight, 'nchw'), {
    ...attributes,
    group: depth,
  });
  finish(conversion, conversion.output(op), value, 'nchw', op.options?.number(4, 'int8') ?? 0);
}

function transposed(conversion: Conversion, op: TfliteOperator): void {
  const [filter, input] = [conversion.input(op, 1), conversion.input(op, 2)];
  const [outputs, height, width, channels] = nhwc(filter);
  const [, inHeight, inWidth] = nhwc(input);
  const [, outHeight, outWidth] = nhwc(conversion.output(op));
  const strides = [positive(op, 2, 1), positive(op, 1, 1)] as const;
  const total = [
    (inHeight - 1) * strides[0] + height - outHeight,
    (inWidth - 1) * strides[1] + width - outWidth,
  ] as const;
  const pads = total.map((value) => Math.floor(Math.max(0, value) / 2));
  const ends = total.map((value, i) => Math.max(0, value) - (pads[i] ?? 0));
  const bias = conversion.optional(op, 3);
  const weight = realWeight(conversion, filter, [3, 0, 1, 2], [channels, outputs, height, width], 1);
  const value = conversion.sink.node(
    'ConvTranspose',
    [conversion.float(input, 'nchw'), weight, ...(bias ? [biasOf(conversion, bias)] : [])],
    {
      kernel_shape: [height, width],
      strides,
      pads: [...pads, ...ends],
      output_padding: total.map((value) => Math.max(0, -value)),
    },
  );
  finish(conversion, conversion.output(op), value, 'nchw', op.options?.number(3, 'int8') ?? 0);
}

function fullyConnected(conversion: Conversion, op: TfliteOperator): void {
  const { sink } = conversion;
  const [input, filter, output] = [conversion.input(op, 0), conversion.input(op, 1), conversion.output(op)];
  const [outputs = 0, inputs = 0] = filter.shape;
  if (filter.shape.length !== 2 || inputs < 1) throw damaged(`${filter.name} of rank ${filter.shape.length}`);
  if ((op.options?.number(1, 'int8') ?? 0) !== 0) throw damaged(`${filter.name} with shuffled weights`);
  const weight = filter.data
    ? realWeight(conversion, filter, [0, 1], [outputs, inputs], 0)
    : conversion.float(filter);
  const [, x1 = inputs] = input.shape;
  const flat = input.shape.length === 2 && x1 === inputs;
  const shaped = flat
    ? conversion.float(input)
    : real8(conversion, input, sink.node('Reshape', [conversion.stored(input), sink.ints([-1, inputs])]));
  const bias = conversion.optional(op, 2);
  let value = sink.node('Gemm', [shaped, weight, ...(bias ? [biasOf(conversion, bias)] : [])], { transB: 1 });
  const keep = output.shape.length !== 2;
  if (keep) value = sink.node('Reshape', [value, sink.ints([0, ...output.shape.slice(1)])]);
  finish(conversion, output, value, 'plain', op.options?.number(0, 'int8') ?? 0);
}

function real8(conversion: Conversion, tensor: TfliteTensor, stored: string): string {
  return tensor.quantization ? conversion.dequantize(stored, tensor, 0) : stored;
}

function pool(kind: 'MaxPool' | 'AveragePool') {
  return (conversion: Conversion, op: TfliteOperator): void => {
    const [input, output] = [conversion.input(op, 0), conversion.output(op)];
    const [, height, width] = nhwc(input);
    const kernel = [positive(op, 4, 1), positive(op, 3, 1)] as const;
    const window = windowAttributes(op, input, {
      kernel,
      strides: [positive(op, 2, 1), positive(op, 1, 1)],
      dilations: [1, 1],
    });
    const { kernel_shape, strides, pads } = window;
    const whole = kernel[0] === height && kernel[1] === width && pads.every((pad) => pad === 0);
    const [, outHeight, outWidth] = nhwc(output);
    const x = conversion.float(input, 'nchw');
    const value =
      whole && outHeight === 1 && outWidth === 1
        ? conversion.sink.node(`Global${kind}`, [x])
        : conversion.sink.node(kind, [x], { kernel_shape, strides, pads });
    finish(conversion, output, value, 'nchw', op.options?.number(5, 'int8') ?? 0);
  };
}

/** Convolutions, pooling, dense layers: everything with weights or a window. */
export const CONVOLUTIONS: Handlers = {
  CONV_2D: convolution,
  DEPTHWISE_CONV_2D: depthwise,
  TRANSPOSE_CONV: transposed,
  FULLY_CONNECTED: fullyConnected,
  MAX_POOL_2D: pool('MaxPool'),
  AVERAGE_POOL_2D: pool('AveragePool'),
};
