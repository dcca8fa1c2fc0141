import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { decodeModel } from '../../src/models/onnx/decode.ts';
import type { OnnxModel } from '../../src/models/onnx/types.ts';
import { findPenultimate } from '../../src/tasks/embed/find-penultimate.ts';
import { dataPath, describeWithData } from '../support/data.ts';
import { writeSmallModel } from '../support/small-models.ts';

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

describe('the penultimate layer of a small graph', () => {
  test.each(['colours', 'halves'] as const)('of %s is what its matrix product reads', async (name) => {
    expect(findPenultimate(await smallModel(name))).toBe('features');
  });

  test.each(['Softmax', 'Sigmoid', 'Clip'])('is found through %s', async (opType) => {
    expect(findPenultimate(followedBy(await smallModel('colours'), opType))).toBe('features');
  });

  test.each(['TopK', 'NonMaxSuppression'])('is unknown where the graph ends in %s', async (opType) => {
    expect(findPenultimate(followedBy(await smallModel('colours'), opType))).toBeUndefined();
  });
});

async function smallModel(name: 'colours' | 'halves'): Promise<OnnxModel> {
  const folder = mkdtempSync(join(tmpdir(), 'pictor-penultimate-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return decodeModel(readFileSync((await writeSmallModel(folder, name)).path));
}

/** The graph with one more operator behind its output. */
function followedBy({ graph, ...model }: OnnxModel, opType: string): OnnxModel {
  const [output] = graph.outputs;
  if (output === undefined) throw new Error('the small models have an output');
  const node = { name: opType, opType, domain: '', inputs: [output.name], outputs: ['end'], attributes: [] };
  return {
    ...model,
    graph: { ...graph, nodes: [...graph.nodes, node], outputs: [{ ...output, name: 'end' }] },
  };
}
