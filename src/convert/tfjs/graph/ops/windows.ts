import { invalid, unsupported } from '../../../onnx/problem.ts';
import { conv2d, convTranspose2d, depthwiseConv2d } from '../../../operators/convolution.ts';
import { batchNormalization, localResponse, matMul } from '../../../operators/dense.ts';
import { blocks, pad, pool, resize } from '../../../operators/picture.ts';
import { fusedOf } from './fused.ts';
import { type Handler, type Handlers, type Operation, pairOf, stepsOf } from './handler.ts';

function convolution(convolve: typeof conv2d): Handler {
  return (operation) => {
    const { bias, finish } = fusedOf(operation);
    return finish(
      convolve(operation.graph, operation.input(0), operation.input(1), stepsOf(operation), bias),
    );
  };
}

const transposed: Handler = (operation) => {
  const [, height, width] = operation.numbers(0, 'the size of the result');
  const { strides, padding } = stepsOf(operation);
  if (height === undefined || width === undefined) throw invalid('no size of the result');
  const size = [height, width] as const;
  return convTranspose2d(operation.graph, operation.input(2), operation.input(1), { strides, padding, size });
};

const matrixProduct: Handler = (operation) => {
  const { attributes } = operation;
  const { bias, finish } = fusedOf(operation);
  const product = matMul(operation.graph, operation.input(0), operation.input(1), {
    transposeA: attributes.flag('transpose_a') || attributes.flag('adj_x'),
    transposeB: attributes.flag('transpose_b') || attributes.flag('adj_y'),
    ...(bias && { bias }),
  });
  return finish(product);
};

const normalization: Handler = (operation) => {
  const { attributes } = operation;
  if (attributes.flag('is_training')) throw unsupported('statistics of the batch');
  return batchNormalization(operation.graph, operation.input(0), {
    scale: operation.input(1),
    offset: operation.input(2),
    mean: operation.input(3),
    variance: operation.input(4),
    epsilon: attributes.number('epsilon', 0.001),
  });
};

function pooling(kind: 'MaxPool' | 'AveragePool'): Handler {
  return (operation) =>
    pool(operation.graph, kind, operation.input(0), pairOf(operation, 'ksize'), stepsOf(operation));
}

function pairs(operation: Operation): (readonly [number, number])[] {
  const values = operation.numbers(1, 'paddings');
  return values.flatMap((before, i) => (i % 2 === 0 ? [[before, values[i + 1] ?? 0] as const] : []));
}

const mirrored: Handler = (operation) => {
  const mode = operation.attributes.text('mode');
  if (mode !== 'REFLECT') throw unsupported(`the mode ${mode}`);
  return pad(operation.graph, operation.input(0), pairs(operation), 'reflect');
};

function resizing(kind: 'linear' | 'nearest'): Handler {
  return (operation) => {
    const [height = 0, width = 0] = operation.numbers(1, 'the size of the result');
    return resize(operation.graph, operation.input(0), [height, width], {
      kind,
      alignCorners: operation.attributes.flag('align_corners'),
      halfPixelCenters: operation.attributes.flag('half_pixel_centers'),
    });
  };
}

function blockwise(kind: 'DepthToSpace' | 'SpaceToDepth'): Handler {
  return (operation) =>
    blocks(operation.graph, kind, operation.input(0), operation.attributes.number('block_size', 0));
}

/** Everything with weights or a window. */
export const WINDOWS: Handlers = {
  Conv2D: convolution(conv2d),
  _FusedConv2D: convolution(conv2d),
  DepthwiseConv2dNative: convolution(depthwiseConv2d),
  FusedDepthwiseConv2dNative: convolution(depthwiseConv2d),
  Conv2DBackpropInput: transposed,
  MatMul: matrixProduct,
  _FusedMatMul: matrixProduct,
  BatchMatMul: matrixProduct,
  BatchMatMulV2: matrixProduct,
  FusedBatchNorm: normalization,
  FusedBatchNormV2: normalization,
  FusedBatchNormV3: normalization,
  LRN: (operation) =>
    localResponse(operation.graph, operation.input(0), {
      radius: operation.attributes.number('depth_radius', 5),
      bias: operation.attributes.number('bias', 1),
      alpha: operation.attributes.number('alpha', 1),
      beta: operation.attributes.number('beta', 0.5),
    }),
  MaxPool: pooling('MaxPool'),
  AvgPool: pooling('AveragePool'),
  Pad: (operation) => pad(operation.graph, operation.input(0), pairs(operation), 0),
  PadV2: (operation) =>
    pad(operation.graph, operation.input(0), pairs(operation), operation.number(2, 'the filling')),
  MirrorPad: mirrored,
  ResizeBilinear: resizing('linear'),
  ResizeNearestNeighbor: resizing('nearest'),
  DepthToSpace: blockwise('DepthToSpace'),
  SpaceToDepth: blockwise('SpaceToDepth'),
};
