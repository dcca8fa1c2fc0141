/**
 * Training: from a data set to a model in the store.
 *
 * @module
 */
import { PictorError } from '../errors.ts';
import type { ModelStore } from '../models/types.ts';
import { numberOption } from '../tasks/options.ts';
import { chooseBackbone } from './backbone.ts';
import type { Finding } from './checks/types.ts';
import type { TrainResult } from './context.ts';
import { amend } from './data/amend.ts';
import { openTrainingData } from './data/open-training-data.ts';
import { checkData, prepareData } from './data/prepare-data.ts';
import { borrow, openEnvironment } from './environment.ts';
import { chooseTaps } from './features/choose-taps.ts';
import { fineTuneWords } from './fine-tune/command.ts';
import { requireTrainable } from './fine-tune/require-trainable.ts';
import { requireFeasible } from './head/fit-head.ts';
import type { TrainOptions } from './options.ts';
import { trainOn } from './train-on.ts';
import { compareVersions } from './versions/compare.ts';
import type { VersionStore } from './versions/version-store.ts';

/**
 * Trains a classifier on labelled pictures and puts it into the model store.
 *
 * @param path a folder of class folders, `train/` beside `val/` or `test/`, a table (`.tsv`, `.csv`) or `.jsonl`
 * @param options id and what else differs from the defaults
 * @throws DATASET_INVALID, OPTION_INVALID, MODEL_UNKNOWN, MODEL_NOT_LOCAL, MODEL_EXISTS, MODEL_LOCKED,
 * MODEL_STORE_FAILED, FILE_WRITE_FAILED, ABORTED
 * @example
 * const { report, version } = await train('flowers', { id: 'flowers' });
 * report.measures.top1; // 0.95
 * // and from now on: await using classifier = await load('flowers', { task: 'classify' });
 */
export async function train(path: string, options: TrainOptions): Promise<TrainResult> {
  const started = Date.now();
  const settings = resolveSettings(options);
  const { signal, onProgress } = options;
  const environment = openEnvironment(options);
  const { store, versions } = environment;
  await requireFreeId(options.id, store, versions);
  return versions.exclusively(options.id, signal, async () => {
    const data = amend(await openTrainingData(path), options);
    requireFeasible(settings.head, data.classes.length);
    const { model, note } = await chooseBackbone(store, options.model, signal);
    const backbone = await chooseTaps(model);
    if (settings.fineTune) {
      await requireTrainable(backbone, settings.head, data.classes.length, settings.fineTune);
    }
    const checked = await checkData(data, {
      cacheFolder: environment.cacheFolder,
      onProgress: (progress) => onProgress?.({ stage: 'check', ...progress }),
      ...(signal && { signal }),
    });
    if (options.strict) requireClean(checked.findings);
    const prepared = prepareData(checked, {
      seed: settings.seed,
      testShare: settings.testShare,
      validationShare: settings.fineTune === undefined ? 0 : VALIDATION_SHARE,
    });
    const earlier = await lastVersion(options.id, versions);
    await using engine = borrow(options.engine);
    return await trainOn(prepared, {
      ...(earlier && {
        compare: (fitted, features, now) => compareVersions(earlier, fitted, features, now),
      }),
      ...settings,
      ...environment,
      id: options.id,
      engine: engine.engine,
      backbone,
      backboneName: model.manifest.id,
      ...(note !== undefined && { note }),
      dataPath: path,
      started,
      command: commandFor(path, options),
      ...(options.unknown !== undefined && { unknown: options.unknown }),
      ...(onProgress && { onProgress }),
      ...(options.onEvent && { onEvent: options.onEvent }),
      ...(options.onNotice && { onNotice: options.onNotice }),
      ...(signal && { signal }),
    });
  });
}

/** Share of the training part that decides between head and fine-tuning, where the data set names none. */
const VALIDATION_SHARE = 0.15;

const ID = /^[a-z0-9][a-z0-9._-]{0,57}$/;

function resolveSettings(options: TrainOptions) {
  const { id, fineTune = false } = options;
  if (!ID.test(id)) {
    throw new PictorError('OPTION_INVALID', {
      expected: 'id to be at most 58 lower-case letters, digits, dots, dashes and underscores',
      received: id,
    });
  }
  return {
    seed: numberOption('seed', options.seed, {
      min: 0,
      max: Number.MAX_SAFE_INTEGER,
      fallback: 1,
      integer: true,
    }),
    testShare: numberOption('testShare', options.testShare, { min: 0.05, max: 0.5, fallback: 0.2 }),
    knownShare: numberOption('knownShare', options.knownShare, { min: 0.5, max: 0.999, fallback: 0.95 }),
    head: options.head ?? 'logistic',
    classWeights: options.classWeights ?? 'auto',
    fineTune: fineTune === false ? undefined : fineTune === true ? {} : fineTune,
  } as const;
}

/** What the version before was trained on and said of itself; nothing when that cannot be read any more. */
async function lastVersion(id: string, versions: VersionStore) {
  const current = (await versions.list(id)).find((version) => version.current);
  if (current === undefined) return undefined;
  try {
    return { record: await versions.record(current), report: await versions.report(current) };
  } catch {
    return undefined;
  }
}

/** @throws MODEL_EXISTS when the id belongs to a model that was not trained here */
async function requireFreeId(id: string, store: ModelStore, versions: VersionStore): Promise<void> {
  const known = (await store.list()).find(({ manifest }) => manifest.id === id);
  if (known === undefined || known.manifest.version !== undefined) return;
  if ((await versions.list(id)).length > 0) return;
  throw new PictorError('MODEL_EXISTS', {
    received: `${id}, which ${known.state === 'remote' ? 'the catalogue has' : 'was not trained here'}`,
    fix: 'Train under another id',
  });
}

function requireClean(findings: readonly Finding[]): void {
  const [first] = findings;
  if (first === undefined) return;
  throw new PictorError('DATASET_INVALID', {
    expected: 'a data set without findings, as --strict demands',
    received: `${findings.length}, the first: ${first.message} (${first.files.slice(0, 3).join(', ')})`,
    fix: first.fix,
  });
}

function commandFor(path: string, options: TrainOptions): string {
  const words = ['pictor train', quoted(path), '--id', options.id];
  const add = (flag: string, value: string | number | undefined) => {
    if (value !== undefined) words.push(flag, quoted(String(value)));
  };
  add('--model', options.model);
  add('--seed', options.seed ?? 1);
  add('--head', options.head);
  add('--class-weights', options.classWeights);
  add('--test-share', options.testShare);
  add('--known-share', options.knownShare);
  add('--unknown', options.unknown);
  if (options.exclude?.length) add('--exclude', options.exclude.join(','));
  for (const [name, label] of Object.entries(options.relabel ?? {})) add('--relabel', `${name}=${label}`);
  if (options.fineTune) words.push(...fineTuneWords(options.fineTune).map(quoted));
  return words.join(' ');
}

function quoted(text: string): string {
  return /^[\w./:@%+=,-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

export type { TrainResult };
