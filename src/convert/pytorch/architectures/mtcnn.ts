import type { TorchGraph, TorchValue } from '../torch-graph.ts';
import type { TorchArchitecture, TorchInput } from './types.ts';

const LABELS = ['background', 'face'];

function input(side: number): () => TorchInput {
  return () => ({ width: side, height: side, pixels: '-1..1', resize: { rule: 'squash', kernel: 'area' } });
}

function scores(graph: TorchGraph, x: TorchValue) {
  const value = graph.node('Softmax', [x.name], x.channels, { axis: 1 });
  return [{ name: 'scores', value, dims: ['N', x.channels] }];
}

/** The first net of MTCNN (Zhang et al., arXiv:1604.02878) as facenet-pytorch has it: is there a face in 12×12 pixels? */
export const pnet: TorchArchitecture = {
  id: 'mtcnn-pnet',
  title: 'MTCNN P-Net (facenet-pytorch)',
  task: 'classify',
  matches: (has) => has('prelu3.weight') && has('conv4_1.weight'),
  classesOf: (graph) => graph.shapeOf('conv4_1.weight')[0] ?? 0,
  input: input(12),
  softmax: 'inside',
  labels: LABELS,
  build(graph, picture) {
    const conv = (x: TorchValue, i: number) =>
      graph.prelu(graph.conv(x, `conv${i}`, { padding: 0 }), `prelu${i}`);
    let x = graph.maxPool(conv(picture, 1), { size: 2, stride: 2, ceil: true });
    x = graph.conv(conv(conv(x, 2), 3), 'conv4_1', { padding: 0 });
    return scores(graph, graph.node('Flatten', [x.name], x.channels));
  },
};

/** The second net of MTCNN, for 24×24 pixels. */
export const rnet: TorchArchitecture = {
  id: 'mtcnn-rnet',
  title: 'MTCNN R-Net (facenet-pytorch)',
  task: 'classify',
  matches: (has) => has('prelu4.weight') && has('dense5_1.weight') && !has('conv4.weight'),
  classesOf: (graph) => graph.shapeOf('dense5_1.weight')[0] ?? 0,
  input: input(24),
  softmax: 'inside',
  labels: LABELS,
  build(graph, picture) {
    const conv = (x: TorchValue, i: number) =>
      graph.prelu(graph.conv(x, `conv${i}`, { padding: 0 }), `prelu${i}`);
    const pool = (x: TorchValue) => graph.maxPool(x, { size: 3, stride: 2, ceil: true });
    const x = conv(pool(conv(pool(conv(picture, 1)), 2)), 3);
    // Width first, as the original in Caffe flattened it.
    const turned = graph.sink.node('Transpose', [x.name], { perm: [0, 3, 2, 1] });
    const [, inputs = 0] = graph.shapeOf('dense4.weight');
    const flat = graph.node('Flatten', [turned], inputs);
    return scores(
      graph,
      graph.linear(graph.prelu(graph.linear(flat, 'dense4'), 'prelu4', false), 'dense5_1'),
    );
  },
};
