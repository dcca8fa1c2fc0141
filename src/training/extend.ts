/**
 * More pictures, new classes, fewer classes: a new version from what is known already.
 *
 * @module
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PictorError } from '../errors.ts';
import { decodeModel } from '../models/onnx/decode.ts';
import { findLookAlikes, groupsOf } from './checks/look-alikes.ts';
import { type ExaminedPicture, knownFacts } from './checks/picture-facts.ts';
import type { TrainResult } from './context.ts';
import { openTrainingData } from './data/open-training-data.ts';
import { checkData, type PreparedData, type PreparedPicture, requireEnough } from './data/prepare-data.ts';
import { splitParts } from './data/split.ts';
import { borrow, openEnvironment } from './environment.ts';
import type { TappedBackbone } from './features/choose-taps.ts';
import { FEATURES } from './graph/feature-graph.ts';
import { requireFeasible } from './head/fit-head.ts';
import type { TrainEnvironment } from './options.ts';
import { trainOn } from './train-on.ts';
import { compareVersions } from './versions/compare.ts';
import type { ModelVersion, TrainingRecord, VersionStore } from './versions/version-store.ts';

/**
 * Adds pictures, of classes that the model has or of new ones, and fits a new version. Pictures that were trained on
 * before come from the cache and need not be there any more; the features stay those of the version before.
 *
 * @param id of a model that was trained here
 * @param path of a data set, as for `train`
 * @throws MODEL_UNKNOWN when the model was not trained here; DATASET_INVALID, MODEL_LOCKED, MODEL_STORE_FAILED, ABORTED
 * @example
 * const { report } = await addPictures('flowers', 'more-flowers');
 * report.comparison; // { version: 1, n: 80, before: 0.95, after: 0.9625 }
 */
export async function addPictures(
  id: string,
  path: string,
  options: TrainEnvironment = {},
): Promise<TrainResult> {
  const { signal, onProgress, onNotice } = options;
  return refit(id, `pictor train add ${id} ${path}`, path, options, async (record, cacheFolder) => {
    const data = await openTrainingData(path);
    const checked = await checkData(data, {
      cacheFolder,
      onProgress: (progress) => onProgress?.({ stage: 'check', ...progress }),
      ...(signal && { signal }),
    });
    const known = new Map(
      record.pictures.map(({ sha256, classIndex }) => [sha256, record.classes[classIndex]]),
    );
    const classes = [...new Set([...record.classes, ...data.classes])].sort();
    const fresh: (PreparedPicture & { readonly examined: ExaminedPicture; readonly given: boolean })[] = [];
    let before = 0;
    const conflicts: string[] = [];
    for (const [index, file] of data.pictures.entries()) {
      const examined = checked.examined[index];
      if (examined === undefined || 'error' in examined) continue;
      const there = known.get(examined.sha256);
      if (there !== undefined && there !== file.label) conflicts.push(`${file.name} (${there})`);
      if (there !== undefined) {
        before++;
        continue;
      }
      known.set(examined.sha256, file.label);
      fresh.push({
        path: file.path,
        name: file.name,
        sha256: examined.sha256,
        classIndex: classes.indexOf(file.label),
        group: -1,
        part: file.part ?? 'train',
        given: file.part !== undefined,
        examined,
      });
    }
    if (conflicts.length > 0) {
      throw new PictorError('DATASET_INVALID', {
        expected: 'each picture in one class',
        received: `${conflicts.length} that the model has in another class: ${conflicts.slice(0, 3).join(', ')}`,
        fix: 'Keep each picture in the class that it belongs to',
      });
    }
    if (before > 0) onNotice?.(`${before} pictures are there already`);
    if (fresh.length === 0) {
      throw new PictorError('DATASET_INVALID', {
        expected: `new pictures in ${path}`,
        received: `${data.pictures.length}, all of which ${id} was trained on`,
      });
    }
    const old = record.pictures.map((picture) => ({
      ...picture,
      classIndex: classes.indexOf(record.classes[picture.classIndex] ?? ''),
    }));
    const pictures = await grouped(old, fresh, record, cacheFolder);
    return { classes, pictures, findings: checked.findings, notices: data.notices, layout: data.layout };
  });
}

/**
 * Fits a new version without some classes.
 *
 * @throws MODEL_UNKNOWN when the model was not trained here; OPTION_INVALID when it has no such class;
 * DATASET_INVALID when fewer than two classes are left; MODEL_LOCKED, MODEL_STORE_FAILED, ABORTED
 * @example
 * const { version } = await removeClasses('flowers', ['tulip']);
 */
export async function removeClasses(
  id: string,
  labels: readonly string[],
  options: TrainEnvironment = {},
): Promise<TrainResult> {
  return refit(id, `pictor train remove ${id} ${labels.join(' ')}`, id, options, async (record) => {
    const unknown = labels.find((label) => !record.classes.includes(label));
    if (unknown !== undefined) {
      throw new PictorError('OPTION_INVALID', {
        expected: `classes of ${id}: ${record.classes.slice(0, 20).join(', ')}`,
        received: unknown,
      });
    }
    const classes = record.classes.filter((label) => !labels.includes(label));
    const pictures = record.pictures.flatMap((picture) => {
      const classIndex = classes.indexOf(record.classes[picture.classIndex] ?? '');
      return classIndex < 0 ? [] : [{ ...picture, classIndex }];
    });
    return { classes, pictures, findings: [], notices: [], layout: 'class-folders' };
  });
}

type Changed = Pick<PreparedData, 'classes' | 'pictures' | 'findings' | 'notices' | 'layout'>;

async function refit(
  id: string,
  command: string,
  dataPath: string,
  options: TrainEnvironment,
  change: (record: TrainingRecord, cacheFolder: string) => Promise<Changed>,
): Promise<TrainResult> {
  const started = Date.now();
  const environment = openEnvironment(options);
  const { versions, cacheFolder } = environment;
  const { signal, onProgress, onEvent, onNotice } = options;
  return versions.exclusively(id, signal, async () => {
    const current = await currentVersion(id, versions);
    const record = await versions.record(current);
    const report = await versions.report(current);
    const changed = await change(record, cacheFolder);
    requireFeasible(record.head, changed.classes.length);
    requireEnough(
      id,
      changed.classes,
      changed.pictures.map(({ classIndex }) => changed.classes[classIndex] ?? ''),
    );
    const data: PreparedData = { ...changed, heldOut: report.heldOut, divided: report.data.divided };
    await using engine = borrow(options.engine);
    return await trainOn(data, {
      ...environment,
      id,
      engine: engine.engine,
      backbone: await trainedBackbone(current),
      backboneName: record.backbone.id,
      ...(record.backbone.note !== undefined && { note: record.backbone.note }),
      head: record.head,
      ...(report.head.lambda !== undefined && { around: report.head.lambda }),
      classWeights: record.classWeights,
      knownShare: record.knownShare,
      testShare: record.testShare,
      seed: record.seed,
      fineTune: undefined,
      dataPath,
      started,
      command,
      compare: (fitted, features, prepared) =>
        compareVersions({ record, report }, fitted, features, prepared),
      ...(onProgress && { onProgress }),
      ...(onEvent && { onEvent }),
      ...(onNotice && { onNotice }),
      ...(signal && { signal }),
    });
  });
}

/** @throws MODEL_UNKNOWN */
async function currentVersion(id: string, versions: VersionStore): Promise<ModelVersion> {
  const current = (await versions.list(id)).find((version) => version.current);
  if (current) return current;
  throw new PictorError('MODEL_UNKNOWN', {
    expected: 'a model that was trained here',
    received: id,
    fix: 'Train it first: pictor train <folder> --id <id>',
  });
}

/** A trained model as the backbone of its next version: it computes its features inside. */
async function trainedBackbone({ folder, manifest }: ModelVersion): Promise<TappedBackbone> {
  const path = join(folder, 'model.onnx');
  return {
    model: { manifest, path, origin: 'path' },
    graph: decodeModel(await readFile(path)),
    taps: [{ tensor: FEATURES, pooling: 'mean' }],
    ranks: [2],
  };
}

/** Gives new pictures their groups, which may be those of old ones, and their parts. */
async function grouped(
  old: readonly PreparedPicture[],
  fresh: readonly (PreparedPicture & { readonly examined: ExaminedPicture; readonly given: boolean })[],
  record: TrainingRecord,
  cacheFolder: string,
): Promise<PreparedPicture[]> {
  const facts = await knownFacts(
    old.map(({ sha256 }) => sha256),
    cacheFolder,
  );
  const forgotten = new PictorError('IMAGE_NOT_FOUND');
  const examined = [
    ...old.map(({ sha256 }, index): ExaminedPicture => {
      const own = facts[index];
      return own ? { sha256, facts: own } : { sha256, error: forgotten };
    }),
    ...fresh.map((picture) => picture.examined),
  ];
  const pairs = await findLookAlikes(examined);
  const byLooks = groupsOf(examined.length, pairs);
  // Groups of old pictures stay; a new picture joins the one of an old look-alike, or begins one of its own.
  const groupOf = new Map<number, PreparedPicture>();
  for (const [index, picture] of old.entries()) {
    const looks = byLooks[index] ?? index;
    if (!groupOf.has(looks)) groupOf.set(looks, picture);
  }
  const free = 1 + old.reduce((most, { group }) => Math.max(most, group), 0);
  const placed = fresh.map(({ examined: _, ...picture }, index) => {
    const looks = byLooks[old.length + index] ?? 0;
    const like = groupOf.get(looks);
    return { ...picture, group: like?.group ?? free + looks, like };
  });
  const drawn = splitParts(
    placed.map(({ classIndex, group, given, part, like }) => ({
      classIndex,
      group,
      ...(like ? { part: like.part } : given ? { part } : {}),
    })),
    {
      seed: record.seed,
      testShare: placed.some(({ given }) => given) ? 0 : record.testShare,
      validationShare: 0,
    },
  );
  const added = placed.map(({ like: _, given: __, ...picture }, index) => ({
    ...picture,
    part: drawn[index] ?? 'train',
  }));
  return [...old, ...added];
}
