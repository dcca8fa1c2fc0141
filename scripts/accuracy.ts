/**
 * Accuracy of every model in the test data, and of the embedded ones, on every data set there:
 * `npm run accuracy -- --json` prints one JSON line for each pair; `--exact` decodes and resizes every pixel.
 *
 * @module
 */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, extname, join } from 'node:path';
import { importTflite } from '../src/convert/tflite/import-tflite.ts';
import { createEngine } from '../src/engine/engine.ts';
import { isPictorError } from '../src/errors.ts';
import { evaluateClassifier } from '../src/evaluation/classifier.ts';
import { openDataset } from '../src/evaluation/datasets/open-dataset.ts';
import { evaluateDetector } from '../src/evaluation/detector.ts';
import { openModelStore } from '../src/models/store/store.ts';
import type { LocalModel } from '../src/models/types.ts';
import { loadLocal } from '../src/tasks/load.ts';
import { dataPath } from '../test/support/data.ts';

const DATASETS = ['imagenet', join('hymenoptera', 'val'), 'coco'];

/** What the folders of a data set are called in ImageNet. */
const ALSO_CALLED: Readonly<Record<string, string>> = { n02219486: 'ants', n02206856: 'bees' };

const asJson = process.argv.includes('--json');
const workplace = mkdtempSync(join(tmpdir(), 'pictor-accuracy-'));
await using engine = createEngine({ preprocessing: process.argv.includes('--exact') ? 'exact' : 'fast' });

try {
  for (const model of await models()) {
    for (const name of DATASETS) {
      if (!existsSync(dataPath(name))) continue;
      const figures = await measure(model, name);
      if (figures) print({ model: model.manifest.id, dataset: name.replaceAll('\\', '/'), ...figures });
    }
  }
} finally {
  rmSync(workplace, { recursive: true });
}

async function models(): Promise<LocalModel[]> {
  const store = openModelStore();
  const embedded = (await store.list()).filter(({ state }) => state === 'embedded');
  const found = await Promise.all(embedded.map(({ manifest }) => store.resolve(manifest.id)));
  const folder = dataPath('models');
  for (const name of existsSync(folder) ? readdirSync(folder).sort() : []) {
    if (extname(name) === '.onnx') found.push(...(await described(join(folder, name))));
    if (extname(name) === '.tflite') found.push(imported(join(folder, name)));
  }
  return found;
}

/** None where nothing says how the graph is fed. */
async function described(path: string): Promise<LocalModel[]> {
  try {
    return [await openModelStore().resolve(path)];
  } catch (error) {
    if (!isPictorError(error) || error.code !== 'MODEL_MANIFEST_INVALID') throw error;
    process.stderr.write(`${path} has no manifest\n`);
    return [];
  }
}

function imported(path: string): LocalModel {
  const { model, manifest } = importTflite(readFileSync(path), { id: basename(path, '.tflite') });
  const onnx = join(workplace, `${manifest.id}.onnx`);
  writeFileSync(onnx, model);
  return { manifest, path: onnx, origin: 'path' };
}

/** Undefined where model and data set have nothing to do with each other. */
async function measure(model: LocalModel, name: string): Promise<Record<string, number> | undefined> {
  const { task, labels } = model.manifest;
  const dataset = await openDataset(dataPath(name));
  if (task === 'detect' && dataset.kind === 'boxes') {
    await using detector = await loadLocal(model, 'detect', { engine });
    const { n, map50, map } = await evaluateDetector(detector, await dataset.read(detector.labels));
    return { n, map50, map };
  }
  if (task !== 'classify' || dataset.kind !== 'classes') return undefined;
  await using classifier = await loadLocal(model, 'classify', { engine });
  const named = classifier.labels.map((label) => {
    const other = ALSO_CALLED[label.synset ?? ''];
    return other === undefined ? label : { ...label, synonyms: [...(label.synonyms ?? []), other] };
  });
  try {
    const { n, top1, top5 } = await evaluateClassifier(classifier, await dataset.read(named));
    return { n, top1, top5 };
  } catch (error) {
    if (!isPictorError(error) || error.code !== 'DATASET_INVALID' || labels === 'imagenet-1k') throw error;
    process.stderr.write(`${model.manifest.id} does not know the classes of ${name}\n`);
    return undefined;
  }
}

function print({ model, dataset, ...figures }: { model: string; dataset: string }): void {
  if (asJson) {
    console.log(JSON.stringify({ model, dataset, ...figures }));
    return;
  }
  const text = Object.entries(figures).map(([key, value]) => `${key} ${Number(value).toFixed(4)}`);
  console.log(`${model} on ${dataset}: ${text.join(', ')}`);
}
