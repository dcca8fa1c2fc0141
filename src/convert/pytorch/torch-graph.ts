/**
 * Writes PyTorch modules as ONNX nodes: NCHW throughout, weights as they are stored.
 *
 * @module
 */
import { type AttributeInput, OnnxSink } from '../onnx/onnx-sink.ts';
import { damagedTorch } from './problem.ts';
import { floatBytes, sizeOf, type TorchTensor } from './tensor.ts';

/** A value of the graph with its channels. */
export interface TorchValue {
  readonly name: string;
  readonly channels: number;
}

export interface ConvOptions {
  readonly stride?: number;
  /** Pixels on all sides (default: half the kernel, rounded down). */
  readonly padding?: number;
}

export interface PoolOptions {
  readonly size: number;
  readonly stride: number;
  readonly padding?: number;
  /** Whether the last window may reach over the edge. */
  readonly ceil?: boolean;
}

/** Bytes of a float32 for each byte of the file: one for whole numbers of a byte, which is the least that a tensor has. */
const MOST_GAIN = 4;
const SMALL_BYTES = 1024 * 1024;

export class TorchGraph {
  readonly sink = new OnnxSink();
  readonly #tensors: ReadonlyMap<string, TorchTensor>;
  #left: number;

  /** @param sourceBytes size of the file, which bounds what is written: many tensors may lie over the same values */
  constructor(tensors: ReadonlyMap<string, TorchTensor>, sourceBytes: number) {
    this.#tensors = tensors;
    this.#left = MOST_GAIN * sourceBytes + SMALL_BYTES;
  }

  has(key: string): boolean {
    return this.#tensors.has(key);
  }

  shapeOf(key: string): readonly number[] {
    return this.#tensor(key).shape;
  }

  /** How many numbered parts there are: `layer1.0.`, `layer1.1.`, … */
  count(prefix: string): number {
    const numbers = [...this.#tensors.keys()]
      .filter((key) => key.startsWith(prefix))
      .map((key) => Number.parseInt(key.slice(prefix.length), 10));
    return Math.min(1000, Math.max(-1, ...numbers.filter(Number.isInteger)) + 1);
  }

  weight(key: string, shape: readonly number[] = this.shapeOf(key)): string {
    const tensor = this.#tensor(key);
    if (tensor.shape.join() !== shape.join()) {
      throw damagedTorch(`${key} of shape [${tensor.shape.join(', ')}] instead of [${shape.join(', ')}]`);
    }
    this.#left -= 4 * sizeOf(tensor);
    if (this.#left < 0)
      throw damagedTorch('tensors that share their values, in more layers than any model has');
    return this.sink.constant(key, 'float32', shape, floatBytes(tensor));
  }

  #tensor(key: string): TorchTensor {
    const tensor = this.#tensors.get(key);
    if (!tensor) throw damagedTorch(`weights without ${key}`);
    return tensor;
  }

  node(
    opType: string,
    inputs: readonly string[],
    channels: number,
    attributes: Readonly<Record<string, AttributeInput>> = {},
  ): TorchValue {
    return { name: this.sink.node(opType, inputs, attributes), channels };
  }

  conv(x: TorchValue, key: string, { stride = 1, padding }: ConvOptions = {}): TorchValue {
    const shape = this.shapeOf(`${key}.weight`);
    const [out = 0, inner = 0, height = 0, width = 0] = shape;
    const group = x.channels / inner;
    if (shape.length !== 4 || !Number.isInteger(group) || out % group !== 0) {
      throw damagedTorch(`${key}.weight [${shape.join(', ')}] over ${x.channels} channels`);
    }
    const [down, across] = [padding ?? Math.floor(height / 2), padding ?? Math.floor(width / 2)];
    const bias = this.has(`${key}.bias`) ? [this.weight(`${key}.bias`, [out])] : [];
    return this.node('Conv', [x.name, this.weight(`${key}.weight`), ...bias], out, {
      kernel_shape: [height, width],
      strides: [stride, stride],
      pads: [down, across, down, across],
      dilations: [1, 1],
      group,
    });
  }

  norm(x: TorchValue, key: string, epsilon = 1e-5): TorchValue {
    const parts = ['weight', 'bias', 'running_mean', 'running_var'];
    const names = parts.map((part) => this.weight(`${key}.${part}`, [x.channels]));
    return this.node('BatchNormalization', [x.name, ...names], x.channels, { epsilon: { float: epsilon } });
  }

  linear(x: TorchValue, key: string): TorchValue {
    const [out = 0, inputs] = this.shapeOf(`${key}.weight`);
    if (inputs !== x.channels) throw damagedTorch(`${key}.weight for ${inputs} inputs over ${x.channels}`);
    const bias = this.has(`${key}.bias`) ? [this.weight(`${key}.bias`, [out])] : [];
    return this.node('Gemm', [x.name, this.weight(`${key}.weight`), ...bias], out, { transB: 1 });
  }

  relu(x: TorchValue): TorchValue {
    return this.node('Relu', [x.name], x.channels);
  }

  relu6(x: TorchValue): TorchValue {
    return this.node('Clip', [x.name, this.sink.floats(0), this.sink.floats(6)], x.channels);
  }

  leakyRelu(x: TorchValue, slope: number): TorchValue {
    return this.node('LeakyRelu', [x.name], x.channels, { alpha: { float: slope } });
  }

  /** One slope for each channel. */
  prelu(x: TorchValue, key: string, spatial = true): TorchValue {
    const shape = this.shapeOf(`${key}.weight`);
    const slope = this.weight(`${key}.weight`);
    const dims = spatial ? [shape[0] ?? 1, 1, 1] : [shape[0] ?? 1];
    const shaped = this.sink.node('Reshape', [slope, this.sink.ints(dims)]);
    return this.node('PRelu', [x.name, shaped], x.channels);
  }

  maxPool(x: TorchValue, { size, stride, padding = 0, ceil = false }: PoolOptions): TorchValue {
    return this.node('MaxPool', [x.name], x.channels, {
      kernel_shape: [size, size],
      strides: [stride, stride],
      pads: [padding, padding, padding, padding],
      ceil_mode: ceil ? 1 : 0,
    });
  }

  /** PyTorch counts the border as zeros. */
  averagePool(x: TorchValue, { size, stride, padding = 0 }: PoolOptions): TorchValue {
    return this.node('AveragePool', [x.name], x.channels, {
      kernel_shape: [size, size],
      strides: [stride, stride],
      pads: [padding, padding, padding, padding],
      count_include_pad: 1,
    });
  }

  /** The mean of each channel, as a row. */
  globalAverage(x: TorchValue): TorchValue {
    const pooled = this.node('GlobalAveragePool', [x.name], x.channels);
    return this.node('Flatten', [pooled.name], x.channels);
  }

  add(a: TorchValue, b: TorchValue): TorchValue {
    if (a.channels !== b.channels) throw damagedTorch(`a sum of ${a.channels} and ${b.channels} channels`);
    return this.node('Add', [a.name, b.name], a.channels);
  }

  concat(...parts: readonly TorchValue[]): TorchValue {
    const channels = parts.reduce((sum, part) => sum + part.channels, 0);
    return this.node(
      'Concat',
      parts.map(({ name }) => name),
      channels,
      { axis: 1 },
    );
  }

  /** Twice the size, each pixel four times. */
  upsample(x: TorchValue): TorchValue {
    return this.node('Resize', [x.name, '', this.sink.floats([1, 1, 2, 2])], x.channels, {
      mode: 'nearest',
      coordinate_transformation_mode: 'asymmetric',
      nearest_mode: 'floor',
    });
  }
}
