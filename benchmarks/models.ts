/**
 * The models that are timed: from the folder of test data, with manifests written to a temporary folder.
 *
 * @module
 */
import { createHash } from 'node:crypto';
import { readFile, symlink, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BenchModel } from './contenders/contender.ts';

const here = fileURLToPath(new URL('.', import.meta.url));

/** Folder of real models and photographs. */
export const DATA = process.env.PICTOR_TEST_DATA ?? resolve(here, '../../shared/data');

const CAFFE = {
  scale: 1,
  mean: [123, 117, 104],
  std: [1, 1, 1],
  channelOrder: 'BGR',
} as const;

/** SqueezeNet 1.1 with trained weights. */
export const SQUEEZENET = {
  id: 'squeezenet',
  file: 'models/squeezenet1.1.onnx',
  input: 'data',
  output: 'prob',
  size: 227,
  ...CAFFE,
} as const;

/** Recipe of the light graphs: constant weights, as much work as the real ones, no sense. */
const LIGHT = {
  size: 224,
  scale: 1 / 255,
  mean: [0.485, 0.456, 0.406],
  std: [0.229, 0.224, 0.225],
  channelOrder: 'RGB',
} as const;

export const RESNET = {
  id: 'resnet50-light',
  file: 'models/light/light_resnet50.onnx',
  input: 'gpu_0/data_0',
  output: 'gpu_0/softmax_1',
  ...LIGHT,
} as const;

export const DENSENET = {
  id: 'densenet121-light',
  file: 'models/light/light_densenet121.onnx',
  input: 'data_0',
  output: 'fc6_1',
  ...LIGHT,
} as const;

interface Recipe extends Omit<BenchModel, 'path' | 'manifest'> {
  readonly file: string;
}

/**
 * Makes a model ready for every contender.
 *
 * @param recipe what is known of it
 * @param folder where the manifest and a link to the graph go
 */
export async function benchModel(recipe: Recipe, folder: string): Promise<BenchModel> {
  const { file, ...model } = recipe;
  const source = join(DATA, file);
  const path = join(folder, `${model.id}.onnx`);
  await symlink(source, path);
  const bytes = await readFile(source);
  const inOrder = (values: BenchModel['mean']) =>
    model.channelOrder === 'BGR' ? [...values].reverse() : [...values];
  const manifest = join(folder, `${model.id}.manifest.json`);
  await writeFile(
    manifest,
    JSON.stringify({
      id: model.id,
      task: 'classify',
      files: [
        {
          path: `${model.id}.onnx`,
          sha256: createHash('sha256').update(bytes).digest('hex'),
          bytes: bytes.length,
        },
      ],
      input: {
        name: model.input,
        layout: 'NCHW',
        width: model.size,
        height: model.size,
        channelOrder: model.channelOrder,
        resize: { rule: 'squash', kernel: 'bilinear' },
        scale: model.scale,
        mean: inOrder(model.mean),
        std: inOrder(model.std),
      },
      output: { decoder: 'classification', name: model.output, softmax: 'inside' },
      labels: 'imagenet-1k',
      licence: 'see the test data',
      source: 'test data',
    }),
  );
  return { ...model, path, manifest };
}
