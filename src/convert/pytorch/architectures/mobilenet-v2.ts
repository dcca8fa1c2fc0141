import type { TorchGraph, TorchValue } from '../torch-graph.ts';
import { classesAt, logits, torchvisionInput } from './shared.ts';
import type { TorchArchitecture } from './types.ts';

/** First blocks of the stages that halve the picture. */
const STRIDES: Readonly<Record<number, number>> = { 2: 2, 4: 2, 7: 2, 14: 2 };

/** MobileNetV2 of torchvision: Sandler et al., arXiv:1801.04381. */
export const mobilenetV2: TorchArchitecture = {
  id: 'mobilenet_v2',
  title: 'MobileNetV2 (torchvision)',
  task: 'classify',
  matches: (has) =>
    has('features.18.0.weight') && has('features.1.conv.0.0.weight') && has('classifier.1.weight'),
  classesOf: classesAt('classifier.1'),
  input: torchvisionInput,
  build(graph, input) {
    const step = (x: TorchValue, conv: string, norm: string, stride = 1) =>
      graph.norm(graph.conv(x, conv, { stride }), norm);
    let x = graph.relu6(step(input, 'features.0.0', 'features.0.1', 2));
    for (let i = 1; i <= 17; i++) x = block(graph, x, `features.${i}.conv`, STRIDES[i] ?? 1);
    x = graph.relu6(step(x, 'features.18.0', 'features.18.1'));
    return logits(graph.linear(graph.globalAverage(x), 'classifier.1'));
  },
};

function block(graph: TorchGraph, x: TorchValue, key: string, stride: number): TorchValue {
  const step = (y: TorchValue, i: number, by: number) =>
    graph.relu6(graph.norm(graph.conv(y, `${key}.${i}.0`, { stride: by }), `${key}.${i}.1`));
  const expands = graph.has(`${key}.1.0.weight`);
  let y = step(x, 0, expands ? 1 : stride);
  if (expands) y = step(y, 1, stride);
  const last = expands ? 2 : 1;
  y = graph.norm(graph.conv(y, `${key}.${last}`), `${key}.${last + 1}`);
  return stride === 1 && y.channels === x.channels ? graph.add(x, y) : y;
}
