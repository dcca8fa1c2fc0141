/**
 * What training reaches and takes, on the test data: `npm run training` prints a line for each figure.
 * `npm run training -- speed unknown` runs parts of it alone: accuracy, fine-tune, unknown, same, speed.
 *
 * Times are wall time of this machine; accuracy is that of the part that the data set holds out.
 *
 * @module
 */
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { importTflite } from '../src/convert/tflite/import-tflite.ts';
import { createEngine } from '../src/engine/engine.ts';
import { openModelStore } from '../src/models/store/store.ts';
import { loadLocal } from '../src/tasks/load.ts';
import { addPictures, type TrainOptions, type TrainResult, train } from '../src/training/index.ts';
import { dataPath } from '../test/support/data.ts';
import { squeezenetReference } from '../test/support/squeezenet.ts';

const PARTS = ['accuracy', 'fine-tune', 'unknown', 'same', 'speed'] as const;
const SEEDS = [1, 2, 3];
const SETS = ['hymenoptera', 'sign-digits', 'trashnet'] as const;

const asked = process.argv.slice(2);
const wanted = (part: (typeof PARTS)[number]) => asked.length === 0 || asked.includes(part);
const home = await mkdtemp(join(tmpdir(), 'pictor-training-'));
await using engine = createEngine();
const store = openModelStore({ folder: home });
const common = { folder: home, store, engine };
let made = 0;

try {
  await addBackbones();
  const detector = (await store.list()).find(
    ({ manifest, state }) => state === 'embedded' && manifest.task === 'detect',
  );
  const embedded = detector?.manifest.id ?? '';
  if (wanted('accuracy')) {
    for (const model of ['mobilenetv2', 'squeezenet', embedded]) {
      for (const set of SETS) {
        const runs = await inTurn(SEEDS, set, model);
        print(`${set}, ${model}, level 1, seeds ${SEEDS.join(' ')}`, figures(runs));
      }
    }
  }
  if (wanted('fine-tune')) {
    for (const set of SETS) {
      const runs = await inTurn(SEEDS, set, 'mobilenetv2', { fineTune: true });
      print(`${set}, mobilenetv2, fine-tuned, seeds ${SEEDS.join(' ')}`, figures(runs));
      print(`${set}, head and fine-tuned on validation`, runs.map(candidates).join('; '));
    }
  }
  if (wanted('unknown')) {
    for (const model of ['mobilenetv2', 'squeezenet', embedded]) {
      for (const [known, unknown] of [
        ['hymenoptera', 'trashnet'],
        ['trashnet', 'hymenoptera'],
      ] as const) {
        const { report } = await run(known, model, { unknown: dataPath(unknown, 'val') });
        print(`AUROC of ${unknown} for ${known}, ${model}`, report.unknown.far?.auroc.toFixed(4) ?? '');
      }
    }
  }
  if (wanted('same')) await sameEverywhere();
  if (wanted('speed')) await speeds();
} finally {
  await rm(home, { recursive: true, force: true });
}

async function addBackbones(): Promise<void> {
  const { manifest, path } = squeezenetReference();
  await store.add(path, { ...manifest, id: 'squeezenet' }, { force: true });
  const bytes = await readFile(dataPath('models', 'tf2_mobilenet_v2_1.0_224_ptq.tflite'));
  const { model, manifest: recipe } = importTflite(bytes, { id: 'mobilenetv2' });
  const onnx = join(home, 'mobilenetv2.onnx');
  await writeFile(onnx, model);
  await store.add(onnx, recipe, { force: true });
}

function run(set: string, model: string, options: Partial<TrainOptions> = {}): Promise<TrainResult> {
  made += 1;
  return train(dataPath(set), { ...common, id: `run-${made}`, model, ...options });
}

async function inTurn(
  seeds: readonly number[],
  set: string,
  model: string,
  options: Partial<TrainOptions> = {},
) {
  const results: TrainResult[] = [];
  for (const seed of seeds) results.push(await run(set, model, { seed, ...options }));
  return results;
}

function figures(runs: readonly TrainResult[]): string {
  const of = (choose: (result: TrainResult) => number, digits = 3) =>
    runs.map((result) => choose(result).toFixed(digits)).join(' ');
  const levels = new Set(runs.map(({ report }) => report.level));
  return [
    `top-1 ${of(({ report }) => report.measures.top1)}`,
    `ECE ${of(({ report }) => report.measures.ece)}`,
    `seconds ${of(({ report }) => report.durationMs / 1000, 1)}`,
    `largest difference ${of(({ report }) => report.model.difference, 7)}`,
    `delivered ${[...levels].join(' ')}`,
  ].join(', ');
}

function candidates({ report }: TrainResult): string {
  return report.candidates.map(({ level, validation }) => `${level} ${validation.toFixed(3)}`).join(', ');
}

/** The served model's answer to every held-out picture against that of training. */
async function sameEverywhere(): Promise<void> {
  for (const set of ['hymenoptera', 'sign-digits']) {
    const result = await run(set, 'mobilenetv2');
    await using classifier = await loadLocal(result.model, 'classify', { engine });
    let largest = 0;
    let unlike = 0;
    for (const { name, predicted, score, unknown } of result.report.answers) {
      const answer = await classifier.classify(dataPath(set, name));
      const [best] = answer.predictions;
      largest = Math.max(largest, Math.abs((best?.score ?? 0) - score));
      if (best?.label !== predicted || answer.unknown !== unknown) unlike += 1;
    }
    const n = result.report.answers.length;
    print(`${set}, served against trained`, `${n} pictures, ${unlike} unlike, largest difference ${largest}`);
  }
}

async function speeds(): Promise<void> {
  await run('hymenoptera', 'mobilenetv2');
  const cached = await run('hymenoptera', 'mobilenetv2');
  print(
    'level 1 on 245 + 153 pictures with cached features',
    `${seconds(cached.report.durationMs)}, of which head ${seconds(await headTime())}`,
  );
  const fresh = await mkdtemp(join(tmpdir(), 'pictor-training-fresh-'));
  const began = performance.now();
  const digits = await train(dataPath('sign-digits'), {
    folder: fresh,
    store,
    engine,
    id: 'digits',
    model: 'mobilenetv2',
    fineTune: true,
  });
  print(
    'the whole of the digits’ level 2, nothing cached',
    `${seconds(performance.now() - began)}, top-1 ${digits.report.measures.top1.toFixed(3)}`,
  );
  await rm(fresh, { recursive: true, force: true });
  await addToMany();
}

/** Milliseconds from features to a fitted head, features known. */
async function headTime(): Promise<number> {
  let begun = 0;
  let took = 0;
  await run('hymenoptera', 'mobilenetv2', {
    onProgress: ({ stage, done }) => {
      if (stage !== 'head') return;
      if (done === 0) begun = performance.now();
      else took = performance.now() - begun;
    },
  });
  return took;
}

/** 2,000 pictures in 9 classes, and a tenth class added: variants of the digits, as there are no 2,000 of them. */
async function addToMany(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'pictor-training-many-'));
  for (const part of ['train', 'val']) {
    for (const label of await readdir(dataPath('sign-digits', part))) {
      const to = join(folder, label === '9' ? 'more' : 'first', label);
      await mkdir(to, { recursive: true });
      for (const name of (await readdir(dataPath('sign-digits', part, label))).filter((each) =>
        /\.jpe?g$/i.test(each),
      )) {
        const from = dataPath('sign-digits', part, label, name);
        await copyFile(from, join(to, `${part}-${name}`));
        for (const turn of label === '9' ? [] : [-8, 8]) {
          await sharp(from)
            .rotate(turn, { background: '#808080' })
            .toFile(join(to, `${part}-${turn}-${name}`));
        }
      }
    }
  }
  const { report } = await train(join(folder, 'first'), { ...common, id: 'many', model: 'mobilenetv2' });
  const known = report.data.classes.reduce((sum, { train: n, test }) => sum + n + test, 0);
  const began = performance.now();
  const { report: added } = await addPictures('many', join(folder, 'more'), common);
  const count = added.data.classes.reduce((sum, { train: n, test }) => sum + n + test, 0) - known;
  print(
    `a class of ${count} added to ${known} cached pictures`,
    `${seconds(performance.now() - began)}, top-1 ${added.measures.top1.toFixed(3)}`,
  );
  await rm(folder, { recursive: true, force: true });
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

function print(what: string, figure: string): void {
  process.stdout.write(`${what}: ${figure}\n`);
}
