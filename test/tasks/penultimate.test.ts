import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { decodeModel } from '../../src/models/onnx/decode.ts';
import { findPenultimate } from '../../src/tasks/embed/find-penultimate.ts';
import { dataPath, describeWithData } from '../support/data.ts';

describeWithData('the penultimate layer', () => {
  test.each(['light/light_resnet50.onnx', 'light/light_densenet121.onnx', 'squeezenet1.1.onnx'])(
    'of %s feeds its last product or convolution',
    (file) => {
      const model = decodeModel(readFileSync(dataPath('models', file)));
      const found = findPenultimate(model);
      const last = model.graph.nodes.filter(({ opType }) => /^(Gemm|MatMul|Conv)$/.test(opType)).at(-1);
      expect(found).toBeDefined();
      expect(last?.inputs[0]).toBe(found);
    },
  );
});
