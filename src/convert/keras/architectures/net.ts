/**
 * Writes architectures as Keras would describe them, so that weights alone take the same way into ONNX as whole models.
 *
 * @module
 */
import type { Layer, LayersModel } from '../../tfjs/layers/topology.ts';

/** Which of its peers a layer with weights is counted among. */
export type WeightClass = 'conv' | 'depthwise' | 'norm' | 'dense';

/** A layer with weights, as a file of weights has to have it. */
export interface WeightedLayer {
  readonly name: string;
  readonly kind: WeightClass;
  /** Shapes of its tensors in Keras's order. */
  readonly shapes: readonly (readonly number[])[];
}

type Pair = readonly [number, number];

export interface ConvOptions {
  readonly kernel?: number | Pair;
  readonly stride?: number;
  readonly padding?: 'same' | 'valid';
  readonly bias?: boolean;
  readonly activation?: string;
}

/** One tensor of the net: the layer that makes it, and its channels. */
export interface Tensor {
  readonly layer: string;
  readonly channels: number;
}

/** A functional model in the making; layers come in the order in which the original program creates them. */
export class Net {
  readonly weighted: WeightedLayer[] = [];
  readonly #layers: Layer[] = [];
  #count = 0;

  input(): Tensor {
    const config = { batch_input_shape: [null, null, null, 3] };
    this.#layers.push({ name: 'input_1', kind: 'InputLayer', config, calls: [] });
    return { layer: 'input_1', channels: 3 };
  }

  conv(x: Tensor, filters: number, options: ConvOptions = {}, name?: string): Tensor {
    const { kernel = 1, stride = 1, padding = 'same', bias = true, activation = 'linear' } = options;
    const size = typeof kernel === 'number' ? ([kernel, kernel] as const) : kernel;
    const config = { kernel_size: size, strides: [stride, stride], padding, use_bias: bias, activation };
    const shapes = [[...size, x.channels, filters], ...(bias ? [[filters]] : [])];
    return this.#add('Conv2D', config, [x], filters, name, { kind: 'conv', shapes });
  }

  depthwise(x: Tensor, options: Pick<ConvOptions, 'stride' | 'padding'> = {}, name?: string): Tensor {
    const { stride = 1, padding = 'same' } = options;
    const config = { kernel_size: [3, 3], strides: [stride, stride], padding, use_bias: false };
    const shapes = [[3, 3, x.channels, 1]];
    return this.#add('DepthwiseConv2D', config, [x], x.channels, name, { kind: 'depthwise', shapes });
  }

  norm(x: Tensor, epsilon: number, name?: string, scale = true): Tensor {
    const shapes = Array.from({ length: scale ? 4 : 3 }, () => [x.channels]);
    return this.#add('BatchNormalization', { axis: -1, epsilon, scale }, [x], x.channels, name, {
      kind: 'norm',
      shapes,
    });
  }

  dense(x: Tensor, units: number, name?: string): Tensor {
    const shapes = [[x.channels, units], [units]];
    return this.#add('Dense', { units }, [x], units, name, { kind: 'dense', shapes });
  }

  relu(x: Tensor, most?: number): Tensor {
    return this.#add('ReLU', { max_value: most ?? null }, [x], x.channels);
  }

  leakyRelu(x: Tensor, slope: number): Tensor {
    return this.#add('LeakyReLU', { alpha: slope }, [x], x.channels);
  }

  pad(x: Tensor, padding: readonly [Pair, Pair]): Tensor {
    return this.#add('ZeroPadding2D', { padding }, [x], x.channels);
  }

  pool(x: Tensor, kind: 'Max' | 'Average', size: number, stride: number, padding: 'same' | 'valid'): Tensor {
    const config = { pool_size: [size, size], strides: [stride, stride], padding };
    return this.#add(`${kind}Pooling2D`, config, [x], x.channels);
  }

  globalAverage(x: Tensor): Tensor {
    return this.#add('GlobalAveragePooling2D', {}, [x], x.channels);
  }

  concat(...parts: readonly Tensor[]): Tensor {
    const channels = parts.reduce((sum, part) => sum + part.channels, 0);
    return this.#add('Concatenate', { axis: -1 }, parts, channels);
  }

  sum(a: Tensor, b: Tensor): Tensor {
    return this.#add('Add', {}, [a, b], a.channels);
  }

  upsample(x: Tensor): Tensor {
    return this.#add('UpSampling2D', { size: [2, 2] }, [x], x.channels);
  }

  /** The model, and its weighted layers in the order in which Keras stores them: by depth. */
  model(name: string, ...outputs: readonly Tensor[]): LayersModel {
    const ref = ({ layer }: Tensor) => ({ layer, call: 0, output: 0 });
    return {
      name,
      layers: this.#layers,
      inputs: [ref({ layer: 'input_1', channels: 3 })],
      outputs: outputs.map(ref),
    };
  }

  #add(
    kind: string,
    config: Readonly<Record<string, unknown>>,
    inputs: readonly Tensor[],
    channels: number,
    wanted?: string,
    weights?: Omit<WeightedLayer, 'name'>,
  ): Tensor {
    const name = wanted ?? `${kind.toLowerCase()}_${this.#count++}`;
    const calls = [inputs.map(({ layer }) => ({ layer, call: 0, output: 0 }))];
    this.#layers.push({ name, kind, config, calls });
    if (weights) this.weighted.push({ name, ...weights });
    return { layer: name, channels };
  }
}

/**
 * Names of a model's layers in the order in which Keras keeps them: farthest from the outputs first, and as a walk from the
 * outputs meets them where that is equal.
 */
export function depthOrder({ layers, outputs }: LayersModel): string[] {
  const byName = new Map(layers.map((layer) => [layer.name, layer]));
  const inputsOf = (name: string) => byName.get(name)?.calls[0]?.map(({ layer }) => layer) ?? [];
  const met: string[] = [];
  const seen = new Set<string>();
  const visit = (name: string) => {
    if (seen.has(name)) return;
    seen.add(name);
    for (const input of inputsOf(name)) visit(input);
    met.push(name);
  };
  for (const { layer } of outputs) visit(layer);
  const depth = new Map<string, number>();
  for (const name of met.toReversed()) {
    const own = depth.get(name) ?? 0;
    depth.set(name, own);
    for (const input of inputsOf(name)) depth.set(input, Math.max(depth.get(input) ?? 0, own + 1));
  }
  return met.toSorted((a, b) => (depth.get(b) ?? 0) - (depth.get(a) ?? 0));
}
