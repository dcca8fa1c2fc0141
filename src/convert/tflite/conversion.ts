import { type Layout, NCHW_AXIS, permute, TO_NCHW, TO_NHWC } from '../onnx/layout.ts';
import { OnnxSink } from '../onnx/onnx-sink.ts';
import { damaged } from './flatbuffer.ts';
import {
  type Quantization,
  type TfliteModel,
  type TfliteOperator,
  type TfliteTensor,
  TYPE_BYTES,
} from './read-model.ts';

/** A value in the ONNX graph that stands for a tensor of the model. */
interface Stored {
  readonly name: string;
  readonly layout: Layout;
  /** `float` when the quantised form was skipped on purpose. */
  readonly form: 'stored' | 'float';
}

/**
 * The state of one conversion: which ONNX value stands for which tensor, and in which layout.
 *
 * Activations that are int8 in the model are uint8 here, with the zero point moved by 128: the same real numbers, in the
 * form that the runtime's x86 kernels take without repacking.
 */
export class Conversion {
  readonly sink = new OnnxSink();
  readonly model: TfliteModel;
  readonly #values = new Map<number, Stored>();
  readonly #layouts = new Map<string, string>();
  readonly #finals: ReadonlySet<number>;
  #constantBudget: number;

  constructor(model: TfliteModel, fileBytes: number) {
    this.model = model;
    this.#finals = finalTensors(model);
    // Tensors may alias one buffer; real models use a constant in one or two forms.
    this.#constantBudget = 8 * fileBytes + 1_000_000;
  }

  /** The n-th input of an operation. */
  input(op: TfliteOperator, n: number): TfliteTensor {
    const tensor = this.optional(op, n);
    if (!tensor) throw damaged(`operation ${op.index} (${op.op}) without input ${n}`);
    return tensor;
  }

  optional(op: TfliteOperator, n: number): TfliteTensor | undefined {
    const index = op.inputs[n];
    return index === undefined || index < 0 ? undefined : this.model.tensors[index];
  }

  output(op: TfliteOperator, n = 0): TfliteTensor {
    const index = op.outputs[n];
    const tensor = index === undefined ? undefined : this.model.tensors[index];
    if (!tensor) throw damaged(`operation ${op.index} (${op.op}) without output ${n}`);
    return tensor;
  }

  /** Whether nothing but a change of storage lies between the tensor and the end of the graph. */
  isFinal(tensor: TfliteTensor): boolean {
    return this.#finals.has(tensor.index);
  }

  /** Whether the tensor is at hand as real numbers although the model quantises it. */
  isUnrounded(tensor: TfliteTensor): boolean {
    return this.#values.get(tensor.index)?.form === 'float';
  }

  /** Layout in which a value is at hand: converting costs nothing for constants. */
  layoutOf(tensor: TfliteTensor): Layout | 'any' {
    return tensor.data ? 'any' : (this.#values.get(tensor.index)?.layout ?? 'plain');
  }

  /** Values of a constant input that steers an operation: shapes, axes, paddings. */
  integers(tensor: TfliteTensor, op: TfliteOperator): number[] {
    const { data } = tensor;
    if (!data) throw damaged(`operation ${op.index} (${op.op}) with ${tensor.name} computed while running`);
    if (data.byteLength > 65536)
      throw damaged(`operation ${op.index} (${op.op}) with a list of ${data.byteLength} bytes`);
    const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
    const width = TYPE_BYTES[tensor.type];
    return Array.from({ length: data.byteLength / width }, (_, i) => {
      if (tensor.type === 'int32') return view.getInt32(i * 4, true);
      if (tensor.type === 'int64') return Number(view.getBigInt64(i * 8, true));
      throw damaged(`operation ${op.index} (${op.op}) with ${tensor.name} of type ${tensor.type}`);
    });
  }

  /** The value as it is stored: quantised tensors in their quantised form. */
  stored(tensor: TfliteTensor, layout: Layout = 'plain'): string {
    if (tensor.data) return this.#constant(tensor, layout);
    const value = this.#values.get(tensor.index);
    if (!value) throw damaged(`${tensor.name} used before it is computed (a cycle, or a missing input)`);
    const name =
      value.form === 'float' && tensor.quantization ? this.#quantize(tensor, value.name) : value.name;
    return this.#inLayout(name, tensor.shape, value.layout, layout);
  }

  /** The value as real numbers. Every reader of a quantised tensor has its own DequantizeLinear, which the runtime fuses. */
  float(tensor: TfliteTensor, layout: Layout = 'plain'): string {
    const value = this.#values.get(tensor.index);
    if (value?.form === 'float' && !tensor.data) {
      return this.#inLayout(value.name, tensor.shape, value.layout, layout);
    }
    const stored = this.stored(tensor, layout);
    const { quantization } = tensor;
    if (!quantization) {
      return tensor.type === 'float16'
        ? this.sink.node('Cast', [stored], { to: 1 }, `${tensor.name}_f32`)
        : stored;
    }
    return this.dequantize(stored, tensor, this.#axis(tensor, quantization, layout));
  }

  dequantize(stored: string, tensor: TfliteTensor, axis: number): string {
    const { scale, zeroPoint, type } = this.activationQuantization(tensor);
    const inputs = [stored, this.sink.floats(scale), this.sink.zeroPoint(type, zeroPoint)];
    return this.sink.node(
      'DequantizeLinear',
      inputs,
      typeof scale === 'number' ? {} : { axis },
      `${tensor.name}_real`,
    );
  }

  /** Scale and zero point in the form that {@link stored} has. */
  activationQuantization(tensor: TfliteTensor): {
    readonly scale: number | readonly number[];
    readonly zeroPoint: number | readonly number[];
    readonly type: 'uint8' | 'int32';
  } {
    const { quantization, type } = tensor;
    if (!quantization || type === 'float32' || type === 'int64' || type === 'bool' || type === 'float16') {
      throw damaged(`${tensor.name} (${type}) where a quantised tensor belongs`);
    }
    const shift = type === 'int8' ? 128 : 0;
    const zeros = quantization.zeroPoint.map((zero) => zero + shift);
    if (type !== 'int32' && zeros.some((zero) => zero < 0 || zero > 255)) {
      throw damaged(`${tensor.name} with a zero point outside its type`);
    }
    const [scale, zero] = [quantization.scale[0], zeros[0]];
    const single = quantization.scale.length === 1 && scale !== undefined && zero !== undefined;
    return {
      scale: single ? scale : quantization.scale,
      zeroPoint: single ? zero : zeros,
      type: type === 'int32' ? 'int32' : 'uint8',
    };
  }

  /** Records a result given as real numbers; quantised tensors are quantised here. */
  putFloat(tensor: TfliteTensor, name: string, layout: Layout): void {
    this.#put(tensor, tensor.quantization ? this.#quantize(tensor, name) : name, layout, 'stored');
  }

  /** Records a result of the graph that stays real numbers, sparing the 8-bit rounding at the very end. */
  putFinal(tensor: TfliteTensor, name: string, layout: Layout): void {
    this.#put(tensor, name, layout, 'float');
  }

  /** Records a result that already has the stored form. */
  putStored(tensor: TfliteTensor, name: string, layout: Layout): void {
    this.#put(tensor, name, layout, 'stored');
  }

  /** A constant's bytes with its axes permuted, as an initializer. */
  weight(tensor: TfliteTensor, permutation: readonly number[], dims: readonly number[]): string {
    const bytes = this.#permuted(tensor, tensor.shape, permutation);
    return this.sink.constant(tensor.name, tensor.type, dims, bytes);
  }

  #put(tensor: TfliteTensor, name: string, layout: Layout, form: Stored['form']): void {
    if (this.#values.has(tensor.index) || tensor.data) throw damaged(`${tensor.name} computed twice`);
    this.#values.set(tensor.index, { name, layout, form });
  }

  #quantize(tensor: TfliteTensor, name: string): string {
    const { scale, zeroPoint, type } = this.activationQuantization(tensor);
    if (typeof scale !== 'number' || type !== 'uint8')
      throw damaged(`${tensor.name} computed with one scale a channel`);
    const inputs = [name, this.sink.floats(scale), this.sink.zeroPoint(type, zeroPoint)];
    return this.sink.node('QuantizeLinear', inputs, {}, tensor.name);
  }

  #axis(tensor: TfliteTensor, quantization: Quantization, layout: Layout): number {
    return layout === 'nchw' && tensor.shape.length === 4
      ? (NCHW_AXIS[quantization.axis] ?? 0)
      : quantization.axis;
  }

  #constant(tensor: TfliteTensor, layout: Layout): string {
    const rank = tensor.shape.length;
    const key = `${tensor.index} ${layout}`;
    const known = this.#layouts.get(key);
    if (known) return known;
    const shape =
      layout === 'nchw' ? [...Array(4 - Math.min(4, rank)).fill(1), ...tensor.shape] : tensor.shape;
    const permutation = layout === 'nchw' && shape.length === 4 ? TO_NCHW : shape.map((_, i) => i);
    let bytes = this.#permuted(tensor, shape, permutation);
    const shifted = tensor.type === 'int8' && tensor.quantization !== undefined;
    if (shifted) bytes = bytes.map((value) => value ^ 0x80);
    const name = this.sink.constant(
      tensor.name,
      shifted ? 'uint8' : tensor.type,
      permutation.map((axis) => shape[axis] ?? 1),
      bytes,
    );
    this.#layouts.set(key, name);
    return name;
  }

  #permuted(tensor: TfliteTensor, shape: readonly number[], permutation: readonly number[]): Uint8Array {
    const { data } = tensor;
    if (!data) throw damaged(`${tensor.name} computed while running where a constant belongs`);
    this.#constantBudget -= data.byteLength;
    if (this.#constantBudget < 0) throw damaged('constants that are used in too many forms');
    if (permutation.every((axis, i) => axis === i)) return data;
    return permute(data, TYPE_BYTES[tensor.type], shape, permutation);
  }

  #inLayout(name: string, shape: readonly number[], from: Layout, to: Layout): string {
    if (from === to || (shape.length < 4 && to === 'plain')) return name;
    const key = `${name} ${to}`;
    const known = this.#layouts.get(key);
    if (known) return known;
    const made = this.#relayout(name, shape, to);
    this.#layouts.set(key, made);
    return made;
  }

  #relayout(name: string, shape: readonly number[], to: Layout): string {
    if (shape.length > 4) return name;
    const [n = 1, h = 1, w = 1, c = 1] = [...Array(4 - shape.length).fill(1), ...shape] as number[];
    const batch = shape.length < 4 ? n : 0;
    // Moving axes of length 1 moves no memory.
    if ((h === 1 && w === 1) || c === 1) {
      const dims = to === 'nchw' ? [c, h, w] : [h, w, c];
      return this.sink.node('Reshape', [name, this.sink.ints([batch, ...dims])]);
    }
    const whole =
      shape.length < 4 ? this.sink.node('Reshape', [name, this.sink.ints([batch, h, w, c])]) : name;
    return this.sink.node('Transpose', [whole], { perm: to === 'nchw' ? TO_NCHW : TO_NHWC });
  }
}

/** The graph outputs, and what is only stored differently to become one. */
export function finalTensors(model: TfliteModel): ReadonlySet<number> {
  const finals = new Set(model.outputs);
  for (const { op, inputs, outputs } of model.operators.toReversed()) {
    const [from, to] = [inputs[0], outputs[0]];
    const stores = op === 'QUANTIZE' || op === 'DEQUANTIZE';
    if (stores && from !== undefined && to !== undefined && finals.has(to)) finals.add(from);
  }
  return finals;
}
