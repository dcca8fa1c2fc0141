import type { Layout } from '../../onnx/layout.ts';
import type { Conversion } from '../conversion.ts';
import { damaged } from '../flatbuffer.ts';
import type { TfliteOperator, TfliteTensor } from '../read-model.ts';
import { clip, finish, type Handler, type Handlers, ownLayout } from './handler.ts';

/** ONNX element types by TensorFlow Lite type. */
export const ELEMENT_OF = {
  float32: 1,
  float16: 10,
  int32: 6,
  uint8: 2,
  int64: 7,
  bool: 9,
  int8: 3,
} as const;

type Emit = (conversion: Conversion, x: string, op: TfliteOperator, channelAxis: number) => string;

/** A function of one value at a time. Non-quantised integers pass through as they are. */
function unary(emit: Emit): Handler {
  return (conversion, op) => {
    const input = conversion.input(op, 0);
    const layout = ownLayout(conversion, input);
    const axis = layout === 'nchw' ? 1 : Math.max(0, input.shape.length - 1);
    const output = conversion.output(op);
    const value = emit(conversion, conversion.float(input, layout), op, axis);
    // The last activation before the end keeps its full precision: 8 bits would tie small probabilities.
    if (conversion.isFinal(output) && FINAL.has(op.op)) conversion.putFinal(output, value, layout);
    else conversion.putFloat(output, value, layout);
  };
}

const FINAL = new Set(['SOFTMAX', 'LOGISTIC', 'LOG_SOFTMAX']);

/** A function whose ONNX operator has the same meaning and no attributes. */
function plain(opType: string): Handler {
  return unary((conversion, x) => conversion.sink.node(opType, [x]));
}

/** Layout for operands that are broadcast against each other. */
function commonLayout(conversion: Conversion, tensors: readonly TfliteTensor[]): Layout {
  const channelsFirst = tensors.some((tensor) => conversion.layoutOf(tensor) === 'nchw');
  return channelsFirst && tensors.every((tensor) => tensor.shape.length <= 4) ? 'nchw' : 'plain';
}

function binary(opType: string, activationField?: number): Handler {
  return (conversion, op) => {
    const [a, b] = [conversion.input(op, 0), conversion.input(op, 1)];
    const layout = commonLayout(conversion, [a, b]);
    const value = conversion.sink.node(opType, [conversion.float(a, layout), conversion.float(b, layout)]);
    const activation = activationField === undefined ? 0 : (op.options?.number(activationField, 'int8') ?? 0);
    finish(conversion, conversion.output(op), value, layout, activation);
  };
}

function squaredDifference(conversion: Conversion, op: TfliteOperator): void {
  const [a, b] = [conversion.input(op, 0), conversion.input(op, 1)];
  const layout = commonLayout(conversion, [a, b]);
  const { sink } = conversion;
  const difference = sink.node('Sub', [conversion.float(a, layout), conversion.float(b, layout)]);
  conversion.putFloat(conversion.output(op), sink.node('Mul', [difference, difference]), layout);
}

function prelu(conversion: Conversion, op: TfliteOperator): void {
  const [x, slope] = [conversion.input(op, 0), conversion.input(op, 1)];
  const layout = commonLayout(conversion, [x, slope]);
  const value = conversion.sink.node('PRelu', [conversion.float(x, layout), conversion.float(slope, layout)]);
  conversion.putFloat(conversion.output(op), value, layout);
}

function softmax({ sink }: Conversion, x: string, op: TfliteOperator, axis: number): string {
  const beta = op.options?.number(0, 'float32', 1) ?? 1;
  if (!Number.isFinite(beta) || beta <= 0) throw damaged(`operation ${op.index} (SOFTMAX) with beta ${beta}`);
  return sink.node('Softmax', [beta === 1 ? x : sink.node('Mul', [x, sink.floats(beta)])], { axis });
}

function gelu({ sink }: Conversion, x: string, op: TfliteOperator): string {
  const half = sink.node('Mul', [x, sink.floats(0.5)]);
  if (op.options?.flag(0)) {
    const cube = sink.node('Mul', [sink.node('Mul', [x, x]), sink.node('Mul', [x, sink.floats(0.044715)])]);
    const inner = sink.node('Mul', [sink.node('Add', [x, cube]), sink.floats(Math.sqrt(2 / Math.PI))]);
    return sink.node('Mul', [half, sink.node('Add', [sink.node('Tanh', [inner]), sink.floats(1)])]);
  }
  const erf = sink.node('Erf', [sink.node('Mul', [x, sink.floats(Math.SQRT1_2)])]);
  return sink.node('Mul', [half, sink.node('Add', [erf, sink.floats(1)])]);
}

/** TensorFlow Lite's QUANTIZE also changes one quantisation into another, and DEQUANTIZE widens float16. */
function requantize(conversion: Conversion, op: TfliteOperator): void {
  const [input, output] = [conversion.input(op, 0), conversion.output(op)];
  const layout = ownLayout(conversion, input);
  const value = conversion.float(input, layout);
  if (conversion.isUnrounded(input) && conversion.isFinal(output)) {
    conversion.putFinal(output, value, layout);
    return;
  }
  conversion.putFloat(output, value, layout);
}

/** The cheap exact case of {@link requantize}: equal scale, and zero points that differ by the change of sign only. */
function quantize(conversion: Conversion, op: TfliteOperator): void {
  const [input, output] = [conversion.input(op, 0), conversion.output(op)];
  const layout = ownLayout(conversion, input);
  const real = !input.quantization || !output.quantization || conversion.isUnrounded(input);
  if (real || input.type === 'int32') {
    requantize(conversion, op);
    return;
  }
  const [a, b] = [conversion.activationQuantization(input), conversion.activationQuantization(output)];
  const alike = typeof a.scale === 'number' && a.scale === b.scale && a.zeroPoint === b.zeroPoint;
  if (alike) conversion.putStored(output, conversion.stored(input, layout), layout);
  else requantize(conversion, op);
}

function cast(conversion: Conversion, op: TfliteOperator): void {
  const [input, output] = [conversion.input(op, 0), conversion.output(op)];
  const layout = ownLayout(conversion, input);
  const value = conversion.sink.node('Cast', [conversion.float(input, layout)], {
    to: output.quantization ? 1 : ELEMENT_OF[output.type],
  });
  conversion.putFloat(output, value, layout);
}

/** Arithmetic and activations, value by value; normalisations along the channels. */
export const ELEMENTWISE: Handlers = {
  ADD: binary('Add', 0),
  SUB: binary('Sub', 0),
  MUL: binary('Mul', 0),
  DIV: binary('Div', 0),
  POW: binary('Pow'),
  MAXIMUM: binary('Max'),
  MINIMUM: binary('Min'),
  LESS: binary('Less'),
  GREATER: binary('Greater'),
  SQUARED_DIFFERENCE: squaredDifference,
  PRELU: prelu,
  RELU: plain('Relu'),
  RELU6: unary((conversion, x) => clip(conversion, x, [0, 6])),
  RELU_N1_TO_1: unary((conversion, x) => clip(conversion, x, [-1, 1])),
  LEAKY_RELU: unary(({ sink }, x, op) =>
    sink.node('LeakyRelu', [x], { alpha: { float: op.options?.number(0, 'float32') ?? 0 } }),
  ),
  ELU: plain('Elu'),
  GELU: unary(gelu),
  HARD_SWISH: plain('HardSwish'),
  LOGISTIC: plain('Sigmoid'),
  TANH: plain('Tanh'),
  SOFTMAX: unary(softmax),
  LOG_SOFTMAX: unary(({ sink }, x, _op, axis) => sink.node('LogSoftmax', [x], { axis })),
  L2_NORMALIZATION: unary(({ sink }, x, _op, axis) => sink.node('LpNormalization', [x], { axis, p: 2 })),
  ABS: plain('Abs'),
  CEIL: plain('Ceil'),
  COS: plain('Cos'),
  EXP: plain('Exp'),
  FLOOR: plain('Floor'),
  LOG: plain('Log'),
  NEG: plain('Neg'),
  ROUND: plain('Round'),
  SIN: plain('Sin'),
  SQRT: plain('Sqrt'),
  RSQRT: unary(({ sink }, x) => sink.node('Reciprocal', [sink.node('Sqrt', [x])])),
  SQUARE: unary(({ sink }, x) => sink.node('Mul', [x, x])),
  QUANTIZE: quantize,
  DEQUANTIZE: requantize,
  CAST: cast,
};
