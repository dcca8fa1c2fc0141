import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { createEngine } from '../../src/engine/engine.ts';
import { manifestSchema } from '../../src/models/manifest/manifest.ts';
import type { LocalModel } from '../../src/models/types.ts';
import { dataPath, describeWithData } from '../support/data.ts';
import { floatsOfTensorProto } from './tensor-proto.ts';

const VALUES = 3 * 224 * 224;
const TOLERANCE = 1e-5;

/** The graphs of the four model families with weights that are constants. */
describeWithData('the reference graphs', () => {
  it.each(['squeezenet', 'resnet50', 'densenet121', 'inception_v1', 'inception_v2', 'shufflenet'])(
    '%s answers what its expected output says',
    async (name) => {
      const file = (suffix: string) => dataPath('models', 'light', `light_${name}${suffix}`);
      const expected = floatsOfTensorProto(readFileSync(file('_output_0.pb')));
      await using engine = createEngine({ workers: 1 });
      await using session = await engine.open(lightModel(file('.onnx')), { warmUp: false });
      const [input] = session.inputs;
      const data = Float32Array.from({ length: VALUES }, (_, i) => i / VALUES);
      const outputs = await session.run({
        [input?.name ?? '']: { type: 'float32', dims: [1, 3, 224, 224], data },
      });
      const [output] = Object.values(outputs);
      const values = Array.from(output?.data ?? [], Number);
      expect(values).toHaveLength(expected.length);
      expect(expected.length).toBeGreaterThanOrEqual(1000);
      const scale = Math.max(...expected.map(Math.abs));
      const worst = values.reduce((most, value, i) => {
        const right = expected[i] ?? Number.NaN;
        return Math.max(most, Math.abs(value - right) / Math.max(Math.abs(right), scale * TOLERANCE));
      }, 0);
      expect(worst).toBeLessThanOrEqual(TOLERANCE);
    },
    120_000,
  );
});

function lightModel(path: string): LocalModel {
  const bytes = readFileSync(path);
  const manifest = manifestSchema.parse({
    id: 'light',
    task: 'classify',
    files: [
      { path: 'light.onnx', sha256: createHash('sha256').update(bytes).digest('hex'), bytes: bytes.length },
    ],
    input: { layout: 'NCHW', width: 224, height: 224, resize: { rule: 'squash' } },
    output: { decoder: 'classification', softmax: 'outside' },
    licence: 'Apache-2.0',
    source: 'https://github.com/onnx/onnx',
  });
  return { manifest, path, origin: 'path' };
}
