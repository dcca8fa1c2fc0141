import { type GraphBuilder, layoutOf, ordered } from '../onnx/graph-builder.ts';
import { invalid, unsupported } from '../onnx/problem.ts';
import { type Computed, picture, type Shape, type Value } from '../onnx/value.ts';
import { type Pair, type Steps, windowOf } from './window.ts';

const MAX_SIDE = 65_535;

/** The greatest or the mean value in a window; the border counts for nothing. */
export function pool(
  graph: GraphBuilder,
  kind: 'MaxPool' | 'AveragePool',
  x: Value,
  kernel: Pair,
  steps: Steps,
): Computed {
  const { n, h, w, c } = picture(x);
  const window = windowOf([h, w], kernel, steps);
  const shape: Shape = [n, window.height, window.width, c];
  const { kernel_shape, strides, pads } = window.attributes;
  const whole = kernel[0] === h && kernel[1] === w && pads.every((pad) => pad === 0);
  const result = { shape, layout: 'nchw' } as const;
  const input = graph.read(x, 'nchw');
  return whole
    ? graph.node(`Global${kind}`, [input], result)
    : graph.node(kind, [input], result, { kernel_shape, strides, pads });
}

/** A border: of one value, or the picture mirrored. */
export function pad(
  graph: GraphBuilder,
  x: Value,
  pairs: readonly (readonly [number, number])[],
  fill: number | 'reflect',
): Computed {
  if (pairs.length !== x.shape.length || pairs.flat().some((size) => !(size >= 0 && size <= MAX_SIDE))) {
    throw invalid('paddings that do not fit the value');
  }
  const layout = layoutOf(x);
  const shape = x.shape.map((dim, i) => {
    const [before, after] = pairs[i] ?? [0, 0];
    if (before + after === 0) return dim;
    if (dim === 'N') throw unsupported('a padding of the batch');
    return dim + before + after;
  });
  const sides = ordered(pairs, layout);
  const pads = graph.sink.ints([...sides.map(([before]) => before), ...sides.map(([, after]) => after)]);
  const result = { shape, layout, type: x.type };
  if (fill === 'reflect')
    return graph.node('Pad', [graph.read(x, layout), pads], result, { mode: 'reflect' });
  if (x.type === 'int32') {
    const value = { kind: 'known', shape: [], type: 'int32', values: [fill] } as const;
    return graph.node('Pad', [graph.read(x, layout), pads, graph.read(value)], result);
  }
  return graph.node('Pad', [graph.read(x, layout), pads, graph.sink.floats(fill)], result);
}

/** A picture of another size. */
export function resize(
  graph: GraphBuilder,
  x: Value,
  [height, width]: Pair,
  options: {
    readonly kind: 'linear' | 'nearest';
    readonly alignCorners: boolean;
    readonly halfPixelCenters: boolean;
  },
): Computed {
  const { n, h, w, c } = picture(x);
  if (!(height >= 1 && width >= 1 && height <= MAX_SIDE && width <= MAX_SIDE)) {
    throw invalid(`a picture of ${width} × ${height}`);
  }
  const { sink } = graph;
  const { kind, alignCorners, halfPixelCenters } = options;
  const scales = [height / h, width / w].map(Math.fround);
  const exact =
    Math.floor(Math.fround(h * (scales[0] ?? 1))) === height &&
    Math.floor(Math.fround(w * (scales[1] ?? 1))) === width;
  // Scales leave the batch open, sizes do not.
  const target =
    exact || n === 'N'
      ? ['', sink.floats([1, 1, ...(exact ? scales : scalesFor([h, w], [height, width]))])]
      : ['', '', sink.ints([n, c, height, width])];
  const centers = kind === 'nearest' ? 'tf_half_pixel_for_nn' : 'half_pixel';
  return graph.node(
    'Resize',
    [graph.float(x, 'nchw'), ...target],
    { shape: [n, height, width, c], layout: 'nchw' },
    {
      mode: kind,
      coordinate_transformation_mode: alignCorners
        ? 'align_corners'
        : halfPixelCenters
          ? centers
          : 'asymmetric',
      ...(kind === 'nearest' && { nearest_mode: alignCorners ? 'round_prefer_ceil' : 'floor' }),
    },
  );
}

/** float32 factors that are rounded up just enough for the size to come out, where the exact ones fall short. */
function scalesFor(from: Pair, to: Pair): number[] {
  return from.map((length, axis) => {
    const wanted = to[axis] ?? 1;
    let scale = Math.fround(wanted / length);
    while (Math.floor(Math.fround(length * scale)) < wanted) scale = Math.fround(scale * (1 + 2 ** -23));
    return scale;
  });
}

/** Channels into space, or space into channels, in TensorFlow's order. */
export function blocks(
  graph: GraphBuilder,
  kind: 'DepthToSpace' | 'SpaceToDepth',
  x: Value,
  block: number,
): Computed {
  const { n, h, w, c } = picture(x);
  const fits =
    Number.isInteger(block) &&
    block >= 1 &&
    (kind === 'DepthToSpace' ? c % block ** 2 === 0 : h % block === 0 && w % block === 0);
  if (!fits) throw invalid(`blocks of ${block} in ${w} × ${h} × ${c}`);
  const shape: Shape =
    kind === 'DepthToSpace'
      ? [n, h * block, w * block, c / block ** 2]
      : [n, h / block, w / block, c * block ** 2];
  return graph.node(
    kind,
    [graph.read(x, 'nchw')],
    { shape, layout: 'nchw', type: x.type },
    { blocksize: block },
  );
}
