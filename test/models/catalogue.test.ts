import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { catalogue, DEFAULT_CLASSIFIER } from '../../src/models/catalogue/catalogue.ts';
import { requireFit } from '../../src/models/manifest/graph-fit.ts';
import { decodeModel } from '../../src/models/onnx/decode.ts';
import { canonicalId } from '../../src/models/store/reference.ts';
import { dataPath, describeWithData } from '../support/data.ts';
import { openTestStore } from './support.ts';

const ids = catalogue().map(({ id }) => id);

function entryOf(id: string) {
  const entry = catalogue().find((manifest) => manifest.id === id);
  if (!entry) throw new Error(`no ${id}`);
  return entry;
}

describe('the catalogue', () => {
  test('has the classifiers of ImageAI and two small ones, in float32 and in 8 bits, and detectors', () => {
    expect(ids).toEqual(
      expect.arrayContaining([
        ...['squeezenet', 'squeezenet1.0', 'squeezenet1.0-int8', 'resnet50', 'resnet50-int8', 'inceptionv3'],
        ...['densenet121', 'densenet121-int8', 'mobilenetv2', 'mobilenetv2-int8'],
        ...['efficientnet-lite4', 'efficientnet-lite4-int8'],
        ...['retinanet', 'ssd-mobilenet', 'ssd-mobilenet-int8', 'tiny-yolov3'],
      ]),
    );
    expect(entryOf(DEFAULT_CLASSIFIER).task).toBe('classify');
  });

  test('has every id and every file once, and each file at one https address at least', () => {
    expect(new Set(ids).size).toBe(ids.length);
    const hashes = catalogue().flatMap(({ files }) => files.map(({ sha256 }) => sha256));
    expect(new Set(hashes).size).toBe(hashes.length);
    for (const { files } of catalogue()) {
      for (const { urls } of files) {
        expect(urls.length).toBeGreaterThan(0);
        for (const url of urls) expect(new URL(url).protocol).toBe('https:');
      }
    }
  });

  test.each([
    'squeezenet1.0',
    'squeezenet1.0-int8',
    'squeezenet1.0-qdq',
    'densenet121',
    'inceptionv3',
    'retinanet',
  ])('%s carries the mark of what is not certain about it', (id) => {
    expect(entryOf(id).caution).toBeTruthy();
  });

  test.each(['squeezenet', 'resnet50', 'mobilenetv2', 'efficientnet-lite4'])(
    '%s needs no such mark',
    (id) => {
      expect(entryOf(id).caution).toBeUndefined();
    },
  );

  test('the 8-bit variants are fed as their float32 models are', () => {
    for (const { id, input, output } of catalogue()) {
      const float = catalogue().find((other) => other.id === id.replace(/-(int8|qdq)$/, ''));
      expect(input, id).toEqual(float?.input);
      expect(output, id).toEqual(float?.output);
    }
  });

  test.each([
    ['SqueezeNet', 'squeezenet'],
    ['squeezenet1.1', 'squeezenet'],
    ['squeezenet1_1', 'squeezenet'],
    ['squeezenet1_0', 'squeezenet1.0'],
    ['squeezenet-int8', 'squeezenet1.0-int8'],
    ['ResNet50', 'resnet50'],
    ['resnet-50', 'resnet50'],
    ['resnet_50_int8', 'resnet50-int8'],
    ['inception_v3', 'inceptionv3'],
    ['InceptionV3', 'inceptionv3'],
    ['DenseNet-121', 'densenet121'],
    ['densenet', 'densenet121'],
    ['mobilenet_v2', 'mobilenetv2'],
    ['MobileNetV2', 'mobilenetv2'],
    ['efficientnet_lite4', 'efficientnet-lite4'],
    ['RetinaNet', 'retinanet'],
    ['TinyYOLOv3', 'tiny-yolov3'],
    ['yolov3-tiny', 'tiny-yolov3'],
    ['ssd_mobilenet_v1', 'ssd-mobilenet'],
  ])('%s means %s', async (spelling, id) => {
    const { store } = await openTestStore({ catalogue: catalogue() });
    expect((await store.info(spelling)).manifest.id).toBe(id);
  });

  test('every alias leads to an entry, and an exact id is never an alias', () => {
    for (const id of ids) expect(canonicalId(id, ids)).toBe(id);
    expect(canonicalId('squeezenet1.1', [...ids, 'squeezenet1.1'])).toBe('squeezenet1.1');
    expect(canonicalId('my_model', ['my-model', 'mymodel'])).toBeUndefined();
  });

  test('an unknown id is answered with those that resemble it', async () => {
    const { store } = await openTestStore({ catalogue: catalogue() });
    await expect(store.resolve('resnet5')).rejects.toMatchObject({
      code: 'MODEL_UNKNOWN',
      message: expect.stringContaining('resnet50'),
    });
    await expect(store.info('zebra')).rejects.toThrow('pictor models list');
    await expect(store.pull('nothing-like-it')).rejects.toMatchObject({ code: 'MODEL_UNKNOWN' });
  });

  test('a model that is not here is named with the command that fetches it', async () => {
    const { store } = await openTestStore({ catalogue: catalogue() });
    await expect(store.resolve('ResNet-50')).rejects.toMatchObject({
      code: 'MODEL_NOT_LOCAL',
      message: expect.stringContaining('pictor models pull resnet50'),
    });
  });
});

describeWithData('the catalogue’s recipes and graphs of the same architecture', () => {
  test.each([
    ['squeezenet1.0', 'light_squeezenet.onnx'],
    ['squeezenet1.0-int8', 'light_squeezenet.onnx'],
    ['densenet121', 'light_densenet121.onnx'],
  ])('%s fits %s: input, output, classes', (id, file) => {
    const model = decodeModel(readFileSync(dataPath('models', 'light', file)));
    expect(() => requireFit(model, entryOf(id))).not.toThrow();
    expect(() => requireFit(model, entryOf('resnet50'))).toThrow('input.name');
  });
});
