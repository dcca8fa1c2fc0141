import type { GraphBuilder } from '../onnx/graph-builder.ts';
import { invalid } from '../onnx/problem.ts';
import { type Computed, fixed, picture, type Shape, type Value } from '../onnx/value.ts';
import { type Padding, type Steps, windowOf } from './window.ts';

/** Axes of a filter that TensorFlow keeps as height, width, in, out. */
const HWIO_TO_OIHW = [3, 2, 0, 1] as const;
const HWIO_TO_CMHW = [2, 3, 0, 1] as const;

function filterOf(filter: Value): [h: number, w: number, i: number, o: number] {
  const [h, w, i, o] = fixed(filter.shape);
  if (filter.shape.length !== 4 || !h || !w || !i || !o)
    throw invalid(`a filter [${filter.shape.join(', ')}]`);
  return [h, w, i, o];
}

/** The filter in the order that ONNX wants. */
function filterIn(
  graph: GraphBuilder,
  filter: Value,
  permutation: readonly number[],
  dims: readonly number[],
): string {
  if (filter.kind === 'constant') return graph.constant(filter, filter.shape, permutation, dims);
  const moved = graph.sink.node('Transpose', [graph.read(filter)], { perm: permutation });
  return graph.sink.node('Reshape', [moved, graph.sink.ints(dims)]);
}

/** Adds a bias: inside the convolution where it is one constant a channel. */
function withBias(
  graph: GraphBuilder,
  bias: Value | undefined,
  channels: number,
  convolve: (bias: readonly string[]) => Computed,
): Computed {
  if (!bias) return convolve([]);
  if (bias.shape.length === 1 && bias.shape[0] === channels) return convolve([graph.read(bias)]);
  const value = convolve([]);
  return graph.node('Add', [graph.read(value, 'nchw'), graph.read(bias, 'nchw')], value);
}

/**
 * A convolution, grouped where the filter has fewer input channels than the picture.
 *
 * @param filter [height, width, in, out]
 */
export function conv2d(graph: GraphBuilder, x: Value, filter: Value, steps: Steps, bias?: Value): Computed {
  const { n, h, w, c } = picture(x);
  const [height, width, inputs, outputs] = filterOf(filter);
  const group = c / inputs;
  if (!Number.isInteger(group) || outputs % group !== 0) {
    throw invalid(`a filter for ${inputs} channels over ${c}`);
  }
  const window = windowOf([h, w], [height, width], steps);
  const weight = filterIn(graph, filter, HWIO_TO_OIHW, [outputs, inputs, height, width]);
  const shape: Shape = [n, window.height, window.width, outputs];
  return withBias(graph, bias, outputs, (more) =>
    graph.node(
      'Conv',
      [graph.read(x, 'nchw'), weight, ...more],
      { shape, layout: 'nchw' },
      { ...window.attributes, group },
    ),
  );
}

/**
 * A convolution of each channel by itself.
 *
 * @param filter [height, width, channels, multiplier]
 */
export function depthwiseConv2d(
  graph: GraphBuilder,
  x: Value,
  filter: Value,
  steps: Steps,
  bias?: Value,
): Computed {
  const { n, h, w, c } = picture(x);
  const [height, width, channels, multiplier] = filterOf(filter);
  if (channels !== c) throw invalid(`a filter for ${channels} channels over ${c}`);
  const window = windowOf([h, w], [height, width], steps);
  const outputs = channels * multiplier;
  const weight = filterIn(graph, filter, HWIO_TO_CMHW, [outputs, 1, height, width]);
  const shape: Shape = [n, window.height, window.width, outputs];
  return withBias(graph, bias, outputs, (more) =>
    graph.node(
      'Conv',
      [graph.read(x, 'nchw'), weight, ...more],
      { shape, layout: 'nchw' },
      { ...window.attributes, group: channels },
    ),
  );
}

/**
 * The transpose of a convolution.
 *
 * @param filter [height, width, out, in]
 * @param size height and width of the result
 */
export function convTranspose2d(
  graph: GraphBuilder,
  x: Value,
  filter: Value,
  options: {
    readonly strides: readonly [number, number];
    readonly padding: Padding;
    readonly size: readonly [number, number];
  },
  bias?: Value,
): Computed {
  const { n, h, w, c } = picture(x);
  const [height, width, outputs, inputs] = filterOf(filter);
  if (inputs !== c) throw invalid(`a filter for ${inputs} channels over ${c}`);
  const { strides, padding, size } = options;
  // The convolution that this one transposes says where the border lies.
  const forward = windowOf(size, [height, width], { strides, padding });
  if (forward.height !== h || forward.width !== w) {
    throw invalid(`a transposed convolution from ${w} × ${h} to ${size[1]} × ${size[0]}`);
  }
  const { pads } = forward.attributes;
  const rest = (axis: 0 | 1, from: number, kernel: number) =>
    size[axis] - ((from - 1) * strides[axis] + kernel - (pads[axis] ?? 0) - (pads[axis + 2] ?? 0));
  const weight = filterIn(graph, filter, HWIO_TO_OIHW, [inputs, outputs, height, width]);
  const shape: Shape = [n, size[0], size[1], outputs];
  return withBias(graph, bias, outputs, (more) =>
    graph.node(
      'ConvTranspose',
      [graph.read(x, 'nchw'), weight, ...more],
      { shape, layout: 'nchw' },
      {
        kernel_shape: [height, width],
        strides,
        pads,
        output_padding: [rest(0, h, height), rest(1, w, width)],
      },
    ),
  );
}
