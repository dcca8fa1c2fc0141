import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { knownFile } from '../../src/models/catalogue/known-files.ts';
import { openModelStore } from '../../src/models/store/store.ts';
import { dataPath, describeWithData } from '../support/data.ts';

describeWithData('files without a manifest', () => {
  test('a graph that goes around in many copies is recognised, with its recipe', async () => {
    const path = dataPath('models', 'squeezenet1.1.onnx');
    const { manifest } = await openModelStore().resolve(path);
    expect(manifest).toMatchObject({
      id: 'squeezenet1.1-caffe',
      input: { channelOrder: 'BGR', mean: [104, 117, 123], width: 227 },
      output: { name: 'prob', softmax: 'inside' },
    });
  });

  test('a graph of the same family with other inputs is not taken for it', async () => {
    expect(await knownFile(dataPath('models', 'light', 'light_squeezenet.onnx'))).toBeUndefined();
  });
});

test.each([
  ['birds.tflite', /pictor models import .*birds\.tflite/],
  ['yolo.pt', /Export the model to ONNX/],
])('%s is a model of another runtime: the error says what to do', async (name, fix) => {
  const folder = await mkdtemp(join(tmpdir(), 'pictor-known-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await writeFile(join(folder, name), 'x');
  const resolving = openModelStore().resolve(join(folder, name));
  await expect(resolving).rejects.toMatchObject({
    code: 'MODEL_FILE_INVALID',
    message: expect.stringMatching(fix),
  });
});
