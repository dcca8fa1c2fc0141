import type { TorchGraph, TorchValue } from '../torch-graph.ts';
import { classesAt, logits, torchvisionInput } from './shared.ts';
import type { TorchArchitecture } from './types.ts';

/** SqueezeNet 1.0 and 1.1 of torchvision: Iandola et al., arXiv:1602.07360. Windows of pools may reach over the edge. */
export const squeezenet: TorchArchitecture = {
  id: 'squeezenet',
  title: 'SqueezeNet (torchvision)',
  task: 'classify',
  matches: (has) =>
    has('features.0.weight') && has('features.12.squeeze.weight') && has('classifier.1.weight'),
  classesOf: classesAt('classifier.1'),
  input: torchvisionInput,
  build(graph, input) {
    const pools = new Set(graph.has('features.5.squeeze.weight') ? [2, 6, 11] : [2, 5, 8]);
    let x = graph.relu(graph.conv(input, 'features.0', { stride: 2, padding: 0 }));
    for (let i = 2; i <= 12; i++) {
      x = pools.has(i)
        ? graph.maxPool(x, { size: 3, stride: 2, ceil: true })
        : fire(graph, x, `features.${i}`);
    }
    x = graph.relu(graph.conv(x, 'classifier.1'));
    return logits(graph.globalAverage(x));
  },
};

function fire(graph: TorchGraph, x: TorchValue, key: string): TorchValue {
  const narrow = graph.relu(graph.conv(x, `${key}.squeeze`));
  return graph.concat(
    graph.relu(graph.conv(narrow, `${key}.expand1x1`)),
    graph.relu(graph.conv(narrow, `${key}.expand3x3`)),
  );
}
