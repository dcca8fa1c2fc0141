import type { TorchGraph, TorchValue } from '../torch-graph.ts';
import { classesAt, logits, torchvisionInput } from './shared.ts';
import type { TorchArchitecture } from './types.ts';

/**
 * The stages of a ResNet (He et al., arXiv:1512.03385) of any depth, grouped or wide: strides in the 3×3 convolution.
 *
 * @returns the output of each stage
 */
export function resnetBody(graph: TorchGraph, input: TorchValue, prefix = ''): TorchValue[] {
  let x = graph.relu(graph.norm(graph.conv(input, `${prefix}conv1`, { stride: 2 }), `${prefix}bn1`));
  x = graph.maxPool(x, { size: 3, stride: 2, padding: 1 });
  return [1, 2, 3, 4].map((stage) => {
    const key = `${prefix}layer${stage}.`;
    for (let i = 0; i < graph.count(key); i++)
      x = block(graph, x, `${key}${i}`, i === 0 && stage > 1 ? 2 : 1);
    return x;
  });
}

function block(graph: TorchGraph, x: TorchValue, key: string, stride: number): TorchValue {
  const step = (y: TorchValue, i: number, by = 1) =>
    graph.norm(graph.conv(y, `${key}.conv${i}`, { stride: by }), `${key}.bn${i}`);
  const deep = graph.has(`${key}.conv3.weight`);
  let y = graph.relu(step(x, 1, deep ? 1 : stride));
  y = step(y, 2, deep ? stride : 1);
  if (deep) y = step(graph.relu(y), 3);
  const shortcut = graph.has(`${key}.downsample.0.weight`)
    ? graph.norm(graph.conv(x, `${key}.downsample.0`, { stride }), `${key}.downsample.1`)
    : x;
  return graph.relu(graph.add(y, shortcut));
}

export const resnet: TorchArchitecture = {
  id: 'resnet',
  title: 'ResNet (torchvision)',
  task: 'classify',
  matches: (has) =>
    has('conv1.weight') && has('bn1.weight') && has('layer4.0.conv1.weight') && has('fc.weight'),
  classesOf: classesAt('fc'),
  input: torchvisionInput,
  build(graph, input) {
    const [last = input] = resnetBody(graph, input).reverse();
    return logits(graph.linear(graph.globalAverage(last), 'fc'));
  },
};

/** ResNets for CIFAR with shortcuts without weights: every second pixel, and zeros for the new channels. */
export const cifarResnet: TorchArchitecture = {
  id: 'resnet-cifar',
  title: 'ResNet for CIFAR (akamaster)',
  task: 'classify',
  matches: (has) =>
    has('conv1.weight') &&
    has('layer3.0.conv1.weight') &&
    !has('layer4.0.conv1.weight') &&
    has('linear.weight'),
  classesOf: classesAt('linear'),
  input: ({ side = 32 }) => ({
    width: side,
    height: side,
    pixels: 'imagenet',
    resize: { rule: 'squash', kernel: 'bilinear' },
  }),
  labels: ['airplane', 'automobile', 'bird', 'cat', 'deer', 'dog', 'frog', 'horse', 'ship', 'truck'],
  build(graph, input) {
    let x = graph.relu(graph.norm(graph.conv(input, 'conv1'), 'bn1'));
    for (const stage of [1, 2, 3]) {
      const key = `layer${stage}.`;
      for (let i = 0; i < graph.count(key); i++) {
        const stride = i === 0 && stage > 1 ? 2 : 1;
        const name = `${key}${i}`;
        let y = graph.relu(graph.norm(graph.conv(x, `${name}.conv1`, { stride }), `${name}.bn1`));
        y = graph.norm(graph.conv(y, `${name}.conv2`), `${name}.bn2`);
        x = graph.relu(graph.add(y, shortcutOf(graph, x, y.channels, stride, `${name}.shortcut`)));
      }
    }
    return logits(graph.linear(graph.globalAverage(x), 'linear'));
  },
};

function shortcutOf(
  graph: TorchGraph,
  x: TorchValue,
  channels: number,
  stride: number,
  key: string,
): TorchValue {
  if (graph.has(`${key}.0.weight`)) return graph.norm(graph.conv(x, `${key}.0`, { stride }), `${key}.1`);
  if (stride === 1 && x.channels === channels) return x;
  const { sink } = graph;
  const ends = [2 ** 31 - 1, 2 ** 31 - 1];
  const picked = sink.node('Slice', [
    x.name,
    sink.ints([0, 0]),
    sink.ints(ends),
    sink.ints([2, 3]),
    sink.ints([stride, stride]),
  ]);
  const before = Math.floor((channels - x.channels) / 2);
  const pads = sink.ints([0, before, 0, 0, 0, channels - x.channels - before, 0, 0]);
  return graph.node('Pad', [picked, pads, sink.floats(0)], channels);
}
