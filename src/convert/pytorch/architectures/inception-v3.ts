import type { TorchGraph, TorchValue } from '../torch-graph.ts';
import { classesAt, logits } from './shared.ts';
import type { TorchArchitecture } from './types.ts';

const IMAGENET_CLASSES = 1000;
const MEAN = [0.485, 0.456, 0.406];
const DEVIATION = [0.229, 0.224, 0.225];

/** Inception v3 of torchvision: Szegedy et al., arXiv:1512.00567. */
export const inceptionV3: TorchArchitecture = {
  id: 'inception_v3',
  title: 'Inception v3 (torchvision)',
  task: 'classify',
  matches: (has) =>
    has('Conv2d_1a_3x3.conv.weight') && has('Mixed_7c.branch_pool.conv.weight') && has('fc.weight'),
  classesOf: classesAt('fc'),
  input: ({ side = 299 }) => ({
    width: side,
    height: side,
    pixels: 'imagenet',
    resize: { rule: 'crop', shorterSide: Math.round((side * 342) / 299), kernel: 'bilinear' },
  }),
  remark: 'ImageAI 3 runs this net at 224 pixels without rescaling: --side 224 --transform-input off.',
  build(graph, input, { classes, transformInput = classes === IMAGENET_CLASSES }) {
    const stem = (y: TorchValue, key: string, stride = 1, padding = 0) =>
      step(graph, y, key, { stride, padding });
    let x = transformInput ? transformed(graph, input) : input;
    x = stem(stem(x, 'Conv2d_1a_3x3', 2), 'Conv2d_2a_3x3');
    x = shrink(graph, stem(x, 'Conv2d_2b_3x3', 1, 1));
    x = shrink(graph, stem(stem(x, 'Conv2d_3b_1x1'), 'Conv2d_4a_3x3'));
    for (const key of ['Mixed_5b', 'Mixed_5c', 'Mixed_5d']) {
      x = graph.concat(
        chain(graph, x, key, 'branch1x1'),
        chain(graph, x, key, 'branch5x5_1', 'branch5x5_2'),
        chain(graph, x, key, 'branch3x3dbl_1', 'branch3x3dbl_2', 'branch3x3dbl_3'),
        pooled(graph, x, key),
      );
    }
    x = graph.concat(
      down(graph, x, 'Mixed_6a.branch3x3'),
      down(graph, chain(graph, x, 'Mixed_6a', 'branch3x3dbl_1', 'branch3x3dbl_2'), 'Mixed_6a.branch3x3dbl_3'),
      shrink(graph, x),
    );
    for (const key of ['Mixed_6b', 'Mixed_6c', 'Mixed_6d', 'Mixed_6e']) {
      const long = [1, 2, 3, 4, 5].map((i) => `branch7x7dbl_${i}`);
      x = graph.concat(
        chain(graph, x, key, 'branch1x1'),
        chain(graph, x, key, 'branch7x7_1', 'branch7x7_2', 'branch7x7_3'),
        chain(graph, x, key, ...long),
        pooled(graph, x, key),
      );
    }
    x = graph.concat(
      down(graph, chain(graph, x, 'Mixed_7a', 'branch3x3_1'), 'Mixed_7a.branch3x3_2'),
      down(
        graph,
        chain(graph, x, 'Mixed_7a', 'branch7x7x3_1', 'branch7x7x3_2', 'branch7x7x3_3'),
        'Mixed_7a.branch7x7x3_4',
      ),
      shrink(graph, x),
    );
    for (const key of ['Mixed_7b', 'Mixed_7c']) {
      const short = chain(graph, x, key, 'branch3x3_1');
      const long = chain(graph, x, key, 'branch3x3dbl_1', 'branch3x3dbl_2');
      x = graph.concat(
        chain(graph, x, key, 'branch1x1'),
        graph.concat(chain(graph, short, key, 'branch3x3_2a'), chain(graph, short, key, 'branch3x3_2b')),
        graph.concat(chain(graph, long, key, 'branch3x3dbl_3a'), chain(graph, long, key, 'branch3x3dbl_3b')),
        pooled(graph, x, key),
      );
    }
    return logits(graph.linear(graph.globalAverage(x), 'fc'));
  },
};

function step(
  graph: TorchGraph,
  x: TorchValue,
  key: string,
  options: { stride?: number; padding?: number } = {},
): TorchValue {
  return graph.relu(graph.norm(graph.conv(x, `${key}.conv`, options), `${key}.bn`, 0.001));
}

function chain(graph: TorchGraph, x: TorchValue, key: string, ...branches: readonly string[]): TorchValue {
  return branches.reduce((y, branch) => step(graph, y, `${key}.${branch}`), x);
}

function down(graph: TorchGraph, x: TorchValue, key: string): TorchValue {
  return step(graph, x, key, { stride: 2, padding: 0 });
}

function shrink(graph: TorchGraph, x: TorchValue): TorchValue {
  return graph.maxPool(x, { size: 3, stride: 2 });
}

function pooled(graph: TorchGraph, x: TorchValue, key: string): TorchValue {
  const averaged = graph.averagePool(x, { size: 3, stride: 1, padding: 1 });
  return chain(graph, averaged, key, 'branch_pool');
}

/** From the normalisation of ImageNet to −1..1, which the weights of TensorFlow want. */
function transformed(graph: TorchGraph, x: TorchValue): TorchValue {
  const { sink } = graph;
  const column = (values: readonly number[]) =>
    sink.constant(
      'transform_input',
      'float32',
      [1, 3, 1, 1],
      new Uint8Array(Float32Array.from(values).buffer),
    );
  const scaled = sink.node('Mul', [x.name, column(DEVIATION.map((value) => value / 0.5))]);
  return graph.node('Add', [scaled, column(MEAN.map((value) => (value - 0.5) / 0.5))], x.channels);
}
