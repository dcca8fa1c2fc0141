// Graph models of other kinds than the embedded one, with other operations, against TensorFlow.js.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, test } from 'vitest';
import { importTfjs } from '../../../src/convert/tfjs/import-tfjs.ts';
import { loadNativeBackend } from '../../../src/engine/backends/native.ts';
import { disableTelemetry } from '../../../src/engine/backends/telemetry.ts';
import { difference, openReference, useTfjsWasm } from '../../support/tfjs.ts';

disableTelemetry();
const folder = fileURLToPath(new URL('../../../node_modules/@vladmandic/human/models/', import.meta.url));

function filesOf(name: string) {
  const shards = new Map([[`${name}.bin`, readFileSync(`${folder}${name}.bin`)]]);
  return { modelJson: readFileSync(`${folder}${name}.json`), shards };
}

beforeAll(async () => {
  await useTfjsWasm();
});

test.each([
  'antispoof',
  'liveness',
  'faceres',
  'blazeface',
  'iris',
  'facemesh',
  'handlandmark-lite',
  'movenet-lightning',
])(
  '%s gives what TensorFlow.js gives',
  async (name) => {
    const files = filesOf(name);
    const { model } = importTfjs(files, { id: 'converted', task: 'embed', pixels: '0..1' });
    const session = await (await loadNativeBackend()).load(model, { intraOpThreads: 2 });
    const [input] = session.inputs;
    if (!input) throw new Error('a model without inputs');
    const dims = input.dims.map((dim) => Math.max(1, Number(dim) || 1));
    const bytes = input.type === 'uint8';
    const picture = Float32Array.from({ length: dims.reduce((a, b) => a * b, 1) }, (_, i) => {
      const value = 0.5 + 0.5 * Math.sin(i * 0.013);
      return bytes ? Math.floor(value * 255) : value;
    });
    const outputs = await session.run({
      [input.name]: bytes
        ? { type: 'uint8', dims, data: Uint8Array.from(picture) }
        : { type: 'float32', dims, data: picture },
    });
    const names = session.outputs.map((output) => output.name);
    const reference = await openReference(files, names);
    const wanted = await reference.run(picture, dims);
    for (const [i, output] of names.entries()) {
      const got = outputs[output]?.data ?? [];
      const values = wanted[i] ?? new Float32Array();
      expect(got.length).toBe(values.length);
      const worst = difference(got, values);
      expect(worst.difference, JSON.stringify({ output, ...worst })).toBeLessThan(1e-3);
    }
    reference.dispose();
    await session.dispose();
  },
  60_000,
);

test('a loop of TensorFlow is refused by the names of its operations', () => {
  expect(() => importTfjs(filesOf('handtrack'), { id: 'converted' })).toThrow(
    expect.objectContaining({
      code: 'CONVERT_OP_UNSUPPORTED',
      message: expect.stringMatching(/TensorListStack \(.*Switch \(.*NextIteration \(/s),
    }),
  );
});
