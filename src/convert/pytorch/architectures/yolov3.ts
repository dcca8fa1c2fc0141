import { anchorsOfHeads } from '../../recipe/anchors.ts';
import type { TorchGraph, TorchValue } from '../torch-graph.ts';
import type { TorchArchitecture, TorchOptions, TorchOutput } from './types.ts';

const SLOPE = 0.1;

/** Anchors of COCO, smallest first: width, height. */
const ANCHORS = [10, 13, 16, 30, 33, 23, 30, 61, 62, 45, 59, 119, 116, 90, 156, 198, 373, 326];
const TINY_ANCHORS = [10, 14, 23, 27, 37, 58, 81, 82, 135, 169, 344, 319];

/** Convolutions of the body: the residual blocks of each stage. */
const STAGES = [1, 2, 8, 8, 4] as const;

function conv(graph: TorchGraph, x: TorchValue, number: number, stride = 1): TorchValue {
  const key = `conv${number}`;
  const y = graph.conv(x, `${key}.conv`, { stride });
  if (!graph.has(`${key}.batch_norm.weight`)) return y;
  return graph.leakyRelu(graph.norm(y, `${key}.batch_norm`), SLOPE);
}

function head(graph: TorchGraph, x: TorchValue, number: number, side: number, stride: number): TorchOutput {
  const value = conv(graph, x, number);
  return {
    name: `conv${number}`,
    value,
    dims: ['N', value.channels, Math.floor(side / stride), Math.floor(side / stride)],
  };
}

function input({ side = 416 }: TorchOptions) {
  return {
    width: side,
    height: side,
    pixels: '0..1' as const,
    resize: {
      rule: 'letterbox' as const,
      kernel: 'bicubic' as const,
      fill: [128, 128, 128] as [number, number, number],
      anchor: 'center' as const,
    },
  };
}

/** Heads of the decoder, the coarsest first. */
function detection(names: readonly string[], strides: readonly number[], usual: readonly number[]) {
  return ({ anchors = usual }: { readonly anchors?: readonly number[] | undefined }) => ({
    decoder: 'yolov3' as const,
    parameters: {
      layout: 'NCHW',
      score: 'class',
      heads: anchorsOfHeads(anchors, names.length).map((pairs, i) => ({
        output: names[i] ?? '',
        stride: strides[i] ?? 32,
        anchors: pairs.map(([width, height]) => [width, height]),
      })),
    },
  });
}

/** YOLOv3 of ImageAI 3 (Redmon and Farhadi, arXiv:1804.02767): raw heads. */
export const yolov3: TorchArchitecture = {
  id: 'yolov3',
  title: 'YOLOv3 (ImageAI 3)',
  task: 'detect',
  matches: (has) => has('conv75.conv.weight') && has('conv1.batch_norm.weight'),
  classesOf: (graph) => (graph.shapeOf('conv59.conv.weight')[0] ?? 0) / 3 - 5,
  input,
  detection: detection(['conv59', 'conv67', 'conv75'], [32, 16, 8], ANCHORS),
  build(graph, picture, { side = 416 }) {
    let number = 1;
    const next = (x: TorchValue, stride = 1) => conv(graph, x, number++, stride);
    let x = next(picture);
    const routes = STAGES.map((blocks, stage) => {
      x = next(x, 2);
      let branch: TorchValue | undefined;
      for (let i = 0; i < blocks; i++) {
        // ImageAI adds the branch of the second block of this stage twice before the third, and trains so.
        const from: TorchValue = stage === 2 && i === 2 && branch ? graph.add(x, branch) : x;
        branch = next(next(from));
        x = graph.add(branch, x);
      }
      return x;
    });
    const [, , fine, middle] = routes;
    const heads: TorchOutput[] = [];
    for (const [i, route] of [undefined, middle, fine].entries()) {
      if (route) x = graph.concat(graph.upsample(next(x)), route);
      for (let k = 0; k < 5; k++) x = next(x);
      heads.push(head(graph, next(x), number++, side, 32 >> i));
    }
    return heads;
  },
};

/** Tiny YOLOv3 of ImageAI 3: raw heads. */
export const tinyYolov3: TorchArchitecture = {
  id: 'tiny-yolov3',
  title: 'Tiny YOLOv3 (ImageAI 3)',
  task: 'detect',
  matches: (has) => has('conv13.conv.weight') && has('conv1.batch_norm.weight') && !has('conv14.conv.weight'),
  classesOf: (graph) => (graph.shapeOf('conv10.conv.weight')[0] ?? 0) / 3 - 5,
  input,
  detection: detection(['conv10', 'conv13'], [32, 16], TINY_ANCHORS),
  build(graph, picture, { side = 416 }) {
    const pool = (x: TorchValue) => graph.maxPool(x, { size: 2, stride: 2 });
    let x = picture;
    for (const number of [1, 2, 3, 4]) x = pool(conv(graph, x, number));
    const route = conv(graph, x, 5);
    // The border of zeros comes before the activation, which keeps it: the runtime would fuse a border and a pool, and make
    // it one that never counts.
    const { sink } = graph;
    const normal = graph.norm(graph.conv(pool(route), 'conv6.conv'), 'conv6.batch_norm');
    const padded = sink.node('Pad', [normal.name, sink.ints([0, 0, 0, 0, 0, 0, 1, 1]), sink.floats(0)]);
    const activated = graph.leakyRelu({ name: padded, channels: normal.channels }, SLOPE);
    x = graph.maxPool(activated, { size: 2, stride: 1 });
    x = conv(graph, conv(graph, x, 7), 8);
    const coarse = head(graph, conv(graph, x, 9), 10, side, 32);
    const joined = graph.concat(graph.upsample(conv(graph, x, 11)), route);
    return [coarse, head(graph, conv(graph, joined, 12), 13, side, 16)];
  },
};
