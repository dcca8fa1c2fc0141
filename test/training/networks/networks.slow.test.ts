import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { decodeModel } from '../../../src/models/onnx/decode.ts';
import { findPenultimate } from '../../../src/tasks/embed/find-penultimate.ts';
import { dataPath, describeWithData } from '../../support/data.ts';
import { directionalDerivative } from './directional.ts';

/**
 * Too long a step bends around kinks, too short a one is lost in rounding; where between them that shows differs by
 * network. A gradient that is wrong is wrong for all of them.
 */
const STEPS = [1e-1, 3e-2, 1e-2, 3e-3, 1e-3];
const TOLERANCE = 1e-3;

const NETWORKS = [
  ['SqueezeNet', 'models/squeezenet1.1.onnx', 'own'],
  ['ResNet-50', 'models/light/light_resnet50.onnx', 'random'],
  ['DenseNet-121', 'models/light/light_densenet121.onnx', 'random'],
  ['Inception v1', 'models/light/light_inception_v1.onnx', 'random'],
  ['Inception v2', 'models/light/light_inception_v2.onnx', 'random'],
  ['ShuffleNet', 'models/light/light_shufflenet.onnx', 'random'],
] as const;

describeWithData('gradient of a whole network along itself', () => {
  describe.each(['last', 'all'] as const)('%s layers', (layers) => {
    it.each(NETWORKS)(
      'of %s',
      async (_, path, weights) => {
        const bytes = await readFile(dataPath(path));
        const model = decodeModel(bytes);
        const tensor = findPenultimate(model) ?? '';
        const item =
          model.graph.inputs
            .find(({ dims }) => dims?.length === 4)
            ?.dims?.slice(1)
            .map(Number) ?? [];
        let least = Number.POSITIVE_INFINITY;
        for (const step of STEPS) {
          const found = await directionalDerivative(bytes, [{ tensor, pooling: 'mean' }], item, {
            layers,
            weights,
            step,
          });
          least = Math.min(least, Math.abs(found.numeric / found.analytic - 1));
          if (least < TOLERANCE) break;
        }
        expect(least).toBeLessThan(TOLERANCE);
      },
      600_000,
    );
  });
});
