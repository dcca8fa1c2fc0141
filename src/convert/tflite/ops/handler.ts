import type { Conversion } from '../conversion.ts';
import { damaged } from '../flatbuffer.ts';
import type { TfliteOperator, TfliteTensor } from '../read-model.ts';

/** Writes the ONNX nodes of one operation. */
export type Handler = (conversion: Conversion, op: TfliteOperator) => void;

/** Handlers by the name of their operation. */
export type Handlers = Readonly<Record<string, Handler>>;

const NONE = 0;
const RELU = 1;
const RELU_N1_TO_1 = 2;
const RELU6 = 3;
const TANH = 4;

/** Bounds of the activations that only cut values off. */
const BOUNDS: Readonly<Record<number, readonly [number, number]>> = {
  [RELU]: [0, Number.POSITIVE_INFINITY],
  [RELU_N1_TO_1]: [-1, 1],
  [RELU6]: [0, 6],
};

/** Height, width and channels of a rank-4 tensor, with the batch first. */
export function nhwc(tensor: TfliteTensor): [n: number, h: number, w: number, c: number] {
  const [n, h, w, c] = tensor.shape;
  if (tensor.shape.length !== 4 || n === undefined || h === undefined || w === undefined || c === undefined) {
    throw damaged(`${tensor.name} of rank ${tensor.shape.length} where 4 belongs`);
  }
  return [n, h, w, c];
}

/** A stride, dilation or window from the options. */
export function positive(op: TfliteOperator, field: number, fallback: number): number {
  const value = op.options?.number(field, 'int32', fallback) ?? fallback;
  if (value < 1 || value > 65535) throw damaged(`operation ${op.index} (${op.op}) with a step of ${value}`);
  return value;
}

/**
 * Applies a fused activation and records the result.
 *
 * For a quantised result the cut lies after the quantisation, on the 8-bit values, as TensorFlow Lite does it: so that
 * the runtime still sees one quantised operation. Where the 8-bit range cannot leave the bounds, nothing is written.
 */
export function finish(
  conversion: Conversion,
  output: TfliteTensor,
  value: string,
  layout: 'nchw' | 'plain',
  activation: number,
): void {
  const { sink } = conversion;
  const bounds = BOUNDS[activation];
  if (activation === NONE) {
    conversion.putFloat(output, value, layout);
    return;
  }
  if (activation === TANH) {
    conversion.putFloat(output, sink.node('Tanh', [value]), layout);
    return;
  }
  if (!bounds) throw damaged(`${output.name} with the activation number ${activation}`);
  if (!output.quantization) {
    conversion.putFloat(output, clip(conversion, value, bounds), layout);
    return;
  }
  const { scale, zeroPoint, type } = conversion.activationQuantization(output);
  if (typeof scale !== 'number' || typeof zeroPoint !== 'number' || type !== 'uint8') {
    throw damaged(`${output.name} computed with one scale a channel`);
  }
  const low = Math.max(0, zeroPoint + Math.round(bounds[0] / scale));
  const high = Math.min(255, zeroPoint + Math.round(bounds[1] / scale));
  const quantized = sink.node(
    'QuantizeLinear',
    [value, sink.floats(scale), sink.zeroPoint('uint8', zeroPoint)],
    {},
    output.name,
  );
  if (low <= 0 && high >= 255) {
    conversion.putStored(output, quantized, layout);
    return;
  }
  const limits = [sink.zeroPoint('uint8', Math.min(low, 255)), sink.zeroPoint('uint8', Math.max(high, 0))];
  conversion.putStored(output, sink.node('Clip', [quantized, ...limits]), layout);
}

/** Cuts real values off. */
export function clip(conversion: Conversion, value: string, [low, high]: readonly [number, number]): string {
  const { sink } = conversion;
  if (low === 0 && high === Number.POSITIVE_INFINITY) return sink.node('Relu', [value]);
  return sink.node('Clip', [value, sink.floats(low), sink.floats(high)]);
}

/** Whether two tensors store equal real numbers as equal bytes. */
export function sameQuantization(conversion: Conversion, a: TfliteTensor, b: TfliteTensor): boolean {
  if (!a.quantization || !b.quantization) return !a.quantization && !b.quantization && a.type === b.type;
  const [p, q] = [conversion.activationQuantization(a), conversion.activationQuantization(b)];
  return (
    p.scale === q.scale && p.zeroPoint === q.zeroPoint && p.type === q.type && typeof p.scale === 'number'
  );
}

/**
 * An operation that moves values without changing them: it works on the stored form where both ends store alike.
 */
export function move(
  conversion: Conversion,
  input: TfliteTensor,
  output: TfliteTensor,
  layouts: { readonly from: 'nchw' | 'plain'; readonly to: 'nchw' | 'plain' },
  emit: (value: string) => string,
): void {
  if (sameQuantization(conversion, input, output)) {
    conversion.putStored(output, emit(conversion.stored(input, layouts.from)), layouts.to);
  } else {
    conversion.putFloat(output, emit(conversion.float(input, layouts.from)), layouts.to);
  }
}

/** The layout for an operation that does not care: the one that the value has. */
export function ownLayout(conversion: Conversion, tensor: TfliteTensor): 'nchw' | 'plain' {
  const layout = conversion.layoutOf(tensor);
  return layout === 'any' ? 'plain' : layout;
}
