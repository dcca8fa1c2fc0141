import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { zipSync } from 'fflate';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { importModel } from '../../src/convert/import-model.ts';
import { openModelStore } from '../../src/models/store/store.ts';
import { createClassifier } from '../../src/tasks/classify/classify.ts';
import { openInProcess } from '../support/in-process-engine.ts';
import { layersModel } from './tfjs/model-builder.ts';
import { buildTflite } from './tflite/builder.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pictor-import-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A Teachable Machine export that tells red, green and blue pictures apart. */
function teachableMachine(): Record<string, Uint8Array> {
  const body = {
    class_name: 'Model',
    config: {
      name: 'mobile',
      layers: [
        {
          class_name: 'InputLayer',
          name: 'input_1',
          config: { batch_input_shape: [null, 32, 32, 3], name: 'input_1' },
          inbound_nodes: [],
        },
        {
          class_name: 'MaxPooling2D',
          name: 'pool',
          config: { pool_size: [2, 2], strides: [2, 2], padding: 'valid' },
          inbound_nodes: [[['input_1', 0, 0, {}]]],
        },
      ],
      input_layers: [['input_1', 0, 0]],
      output_layers: [['pool', 0, 0]],
    },
  };
  const features = {
    class_name: 'Sequential',
    config: {
      name: 'sequential_1',
      layers: [
        body,
        { class_name: 'GlobalAveragePooling2D', config: { name: 'gap', data_format: 'channels_last' } },
      ],
    },
  };
  const head = {
    class_name: 'Sequential',
    config: {
      name: 'sequential_3',
      layers: [
        {
          class_name: 'Dense',
          config: {
            name: 'dense_Dense2',
            units: 3,
            activation: 'softmax',
            use_bias: false,
            batch_input_shape: [null, 3],
          },
        },
      ],
    },
  };
  const { modelJson, shards } = layersModel(
    {
      class_name: 'Sequential',
      config: { name: 'sequential_4', layers: [features, head] },
      keras_version: 'tfjs-layers 1.3.1',
      backend: 'tensor_flow.js',
    },
    { 'dense_Dense2/kernel': { shape: [3, 3], data: Float32Array.of(4, 0, 0, 0, 4, 0, 0, 0, 4) } },
  );
  const metadata = {
    tfjsVersion: '1.3.1',
    tmVersion: '2.4.7',
    packageName: '@teachablemachine/image',
    modelName: 'my colours',
    labels: ['Rot', 'Grün', 'Blau'],
    imageSize: 32,
  };
  return {
    'model.json': modelJson,
    'weights.bin': shards.get('weights.bin') ?? new Uint8Array(),
    'metadata.json': Buffer.from(JSON.stringify(metadata)),
  };
}

async function written(name: string, files: Readonly<Record<string, Uint8Array>>): Promise<string> {
  const target = join(folder, name);
  await mkdir(target, { recursive: true });
  for (const [file, bytes] of Object.entries(files)) await writeFile(join(target, file), bytes);
  return target;
}

const plain = (r: number, g: number, b: number) =>
  sharp({ create: { width: 60, height: 40, channels: 3, background: { r, g, b } } })
    .png()
    .toBuffer();

describe('a Teachable Machine export', () => {
  test.each(['folder', 'zip archive', 'zip archive with a folder in it', 'model.json'])(
    'as a %s becomes a model of the store that classifies with its own labels',
    async (form) => {
      const files = teachableMachine();
      let path = await written(`tm ${form}`, files);
      if (form === 'model.json') path = join(path, 'model.json');
      if (form.startsWith('zip')) {
        const inside = form === 'zip archive' ? files : { converted: files };
        path = join(folder, `${form}.zip`);
        await writeFile(path, zipSync(inside));
      }
      const { format, model, manifest } = await importModel(path, { id: 'colours' });
      expect(format).toBe('teachable-machine');
      expect(manifest).toMatchObject({
        id: 'colours',
        title: 'my colours',
        task: 'classify',
        labels: { names: ['Rot', 'Grün', 'Blau'] },
        input: { width: 32, height: 32, resize: { rule: 'crop' }, mean: [127.5, 127.5, 127.5] },
        output: { softmax: 'inside' },
      });
      expect(manifest.caution).toBeUndefined();
      const store = openModelStore({ folder: join(folder, `store ${form}`), env: {} });
      const onnx = join(folder, 'colours.onnx');
      await writeFile(onnx, model);
      await store.add(onnx, manifest);
      await using classifier = createClassifier(await openInProcess(await store.resolve('colours')));
      for (const [label, picture] of [
        ['Rot', await plain(250, 10, 10)],
        ['Grün', await plain(10, 250, 10)],
        ['Blau', await plain(10, 10, 250)],
      ] as const) {
        const { predictions } = await classifier.classify(picture);
        expect(predictions[0]).toMatchObject({ label });
        expect(predictions[0]?.score).toBeGreaterThan(0.9);
      }
    },
  );

  test('takes other labels, and says how many belong there', async () => {
    const path = await written('tm labels', teachableMachine());
    const { manifest } = await importModel(path, { labels: ['red', 'green', 'blue'] });
    expect(manifest.id).toBe('tm-labels');
    expect(manifest.labels).toEqual({ names: ['red', 'green', 'blue'] });
    await expect(importModel(path, { labels: ['one'] })).rejects.toMatchObject({ code: 'LABELS_INVALID' });
  });
});

describe('formats', () => {
  const small = buildTflite({
    tensors: [
      { name: 'picture', shape: [1, 4, 4, 3], type: 0 },
      { name: 'axes', shape: [2], type: 2, data: Int32Array.of(1, 2) },
      { name: 'mean', shape: [1, 3], type: 0 },
    ],
    operators: [{ code: 40, inputs: [0, 1], outputs: [2] }],
    inputs: [0],
    outputs: [2],
  });

  test('TensorFlow Lite, with the labels that lie beside it in a folder', async () => {
    const path = await written('lite', {
      'model_unquant.tflite': small,
      'labels.txt': Buffer.from('0 Rot\n1 Grün\n2 Blau\n'),
    });
    expect(await importModel(path)).toMatchObject({
      format: 'tflite',
      manifest: { id: 'lite', labels: { names: ['Rot', 'Grün', 'Blau'] } },
    });
    expect((await importModel(join(path, 'model_unquant.tflite'))).manifest.id).toBe('model_unquant');
  });

  test('a graph model by the name of its JSON file', async () => {
    const models = fileURLToPath(new URL('../../node_modules/@vladmandic/human/models/', import.meta.url));
    const { format, manifest } = await importModel(`${models}antispoof.json`, { task: 'embed' });
    expect(format).toBe('tfjs-graph');
    expect(manifest).toMatchObject({ id: 'antispoof', output: { decoder: 'embedding' } });
    expect(manifest.caution).toContain('pixels');
  });

  test('ONNX, with its manifest beside it', async () => {
    const { model, manifest } = await importModel(await written('tm onnx', teachableMachine()));
    const path = await written('onnx', {
      'mine.onnx': model,
      'mine.manifest.json': Buffer.from(JSON.stringify(manifest)),
    });
    const again = await importModel(join(path, 'mine.onnx'), { id: 'other' });
    expect(again.format).toBe('onnx');
    expect(again.manifest).toMatchObject({ id: 'other', files: [{ path: 'other.onnx' }] });
    await copyFile(join(path, 'mine.onnx'), join(folder, 'alone.onnx'));
    await expect(importModel(join(folder, 'alone.onnx'))).rejects.toMatchObject({
      code: 'MODEL_MANIFEST_INVALID',
      message: expect.stringContaining('pictor models add'),
    });
  });

  test('everything else is named as unknown', async () => {
    const path = await written('other', {
      'model.h5': Buffer.from('\x89HDF'),
      'notes.json': Buffer.from('{}'),
    });
    await expect(importModel(path)).rejects.toMatchObject({ code: 'CONVERT_FORMAT_UNKNOWN' });
    await expect(importModel(join(path, 'model.h5'))).rejects.toMatchObject({
      code: 'CONVERT_FORMAT_UNKNOWN',
    });
    await expect(importModel(join(path, 'nothing'))).rejects.toMatchObject({ code: 'CONVERT_INPUT_INVALID' });
  });

  test('a call that was cancelled does nothing', async () => {
    await expect(importModel('anything', { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'ABORTED',
    });
  });
});
