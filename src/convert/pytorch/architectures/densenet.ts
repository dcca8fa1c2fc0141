import { classesAt, logits, torchvisionInput } from './shared.ts';
import type { TorchArchitecture } from './types.ts';

/** DenseNets of torchvision (Huang et al., arXiv:1608.06993) of any depth. */
export const densenet: TorchArchitecture = {
  id: 'densenet',
  title: 'DenseNet (torchvision)',
  task: 'classify',
  matches: (has) =>
    has('features.conv0.weight') &&
    has('features.denseblock4.denselayer1.norm1.weight') &&
    has('classifier.weight'),
  classesOf: classesAt('classifier'),
  input: torchvisionInput,
  build(graph, input) {
    let x = graph.relu(graph.norm(graph.conv(input, 'features.conv0', { stride: 2 }), 'features.norm0'));
    x = graph.maxPool(x, { size: 3, stride: 2, padding: 1 });
    for (const block of [1, 2, 3, 4]) {
      const prefix = `features.denseblock${block}.denselayer`;
      for (let i = 1; i < graph.count(prefix); i++) {
        const key = `${prefix}${i}`;
        const narrow = graph.conv(graph.relu(graph.norm(x, `${key}.norm1`)), `${key}.conv1`);
        const grown = graph.conv(graph.relu(graph.norm(narrow, `${key}.norm2`)), `${key}.conv2`);
        x = graph.concat(x, grown);
      }
      const key = `features.transition${block}`;
      if (!graph.has(`${key}.conv.weight`)) continue;
      x = graph.conv(graph.relu(graph.norm(x, `${key}.norm`)), `${key}.conv`);
      x = graph.averagePool(x, { size: 2, stride: 2 });
    }
    x = graph.relu(graph.norm(x, 'features.norm5'));
    return logits(graph.linear(graph.globalAverage(x), 'classifier'));
  },
};
