import { expect, test } from 'vitest';
import { diagnoseBackend, diagnoseFailure } from '../../src/engine/backends/diagnose.ts';
import { createEngine } from '../../src/engine/engine.ts';
import { describeWithData } from '../support/data.ts';
import { photographs } from '../support/photographs.ts';
import { squeezenetReference } from '../support/squeezenet.ts';
import { colourOf, meanColour, seen, solid } from './mean-colour.ts';

test.each(['native', 'wasm'] as const)('the %s back end answers', async (backend) => {
  await using engine = createEngine({ workers: 1, backend });
  await using session = await engine.open(await meanColour({ effort: 1 }));
  expect(session).toMatchObject({
    backend,
    inputs: [{ name: 'picture', type: 'float32', dims: [-1, 3, 64, 64] }],
  });
  const pictures = await Promise.all([solid(5), solid(600_000), solid(70_000)]);
  const answers = await Promise.all(pictures.map((picture) => session.infer(picture)));
  expect(answers.map(({ outputs }) => seen(outputs))).toEqual([5, 600_000, 70_000].map(colourOf));
});

test('a raw tensor gets a raw answer; tensors that do not fit are refused by name', async () => {
  await using engine = createEngine({ workers: 1 });
  await using session = await engine.open(await meanColour());
  const dims = [2, 3, 64, 64];
  const data = new Float32Array(2 * 3 * 64 * 64).fill(0.25);
  const { mean } = await session.run({ picture: { type: 'float32', dims, data } });
  expect(mean).toEqual({ type: 'float32', dims: [2, 3], data: new Float32Array(6).fill(0.25) });
  await expect(session.run({ photo: { type: 'float32', dims, data } })).rejects.toMatchObject({
    code: 'INFERENCE_FAILED',
    message: expect.stringContaining('picture'),
  });
});

test('outputs: only those that are asked for, and intermediate tensors when the session was opened with them', async () => {
  await using engine = createEngine({ workers: 1 });
  const model = await meanColour({ effort: 1 });
  await using session = await engine.open(model, { extraOutputs: ['plain', 'row'] });
  const picture = await solid(7);
  expect(Object.keys((await session.infer(picture)).outputs).sort()).toEqual(['mean', 'plain', 'row']);
  const { outputs } = await session.infer(picture, { outputs: ['row'] });
  expect(Object.keys(outputs)).toEqual(['row']);
  expect(outputs['row']?.dims).toEqual([1, 64]);
  await expect(engine.open(model, { extraOutputs: ['nowhere'] })).rejects.toMatchObject({
    code: 'MODEL_FILE_INVALID',
    message: expect.stringContaining('nowhere'),
  });
});

test('a back end that cannot be loaded is explained with what to do', () => {
  const found = diagnoseBackend();
  expect(found).toMatchObject({ native: { package: 'onnxruntime-node', usable: true, problems: [] } });
  expect(diagnoseFailure('native').expected).toMatch(/Node 20\.9 or newer on linux-x64.* glibc/);
  expect(diagnoseFailure('native').fix).toBe('Reinstall: npm install pictor');
});

describeWithData('SqueezeNet on both back ends', () => {
  test('gives the same probabilities', async () => {
    const [picture = new Uint8Array()] = photographs(1);
    const answers = [];
    for (const backend of ['native', 'wasm'] as const) {
      await using engine = createEngine({ workers: 1, backend });
      await using session = await engine.open(squeezenetReference());
      answers.push(Array.from((await session.infer(picture)).outputs['prob']?.data ?? [], Number));
    }
    const [native = [], wasm = []] = answers;
    expect(native).toHaveLength(1000);
    for (const [i, value] of native.entries()) expect(wasm[i]).toBeCloseTo(value, 5);
  });
});
