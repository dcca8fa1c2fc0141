import { isPictorError } from '../errors.ts';
import { chooseBackbone } from './backbone.ts';
import { countsOf } from './checks/run-checks.ts';
import { suspectFinding } from './checks/suspect-finding.ts';
import type { Finding } from './checks/types.ts';
import { openTrainingData } from './data/open-training-data.ts';
import { checkData, type PreparedData, prepareData } from './data/prepare-data.ts';
import type { TrainingLayout } from './data/types.ts';
import { borrow, openEnvironment } from './environment.ts';
import { chooseTaps } from './features/choose-taps.ts';
import { extractFeatures } from './features/extract-features.ts';
import { fitModel } from './fit-model.ts';
import { MOST_LOGISTIC_CLASSES } from './head/fit-head.ts';
import type { TrainEnvironment } from './options.ts';

export interface CheckOptions extends TrainEnvironment {
  /** Whether to look for wrong labels, which needs features of every picture (default true). */
  readonly labels?: boolean;
  /** Backbone of those features (default: as `train` chooses). */
  readonly model?: string;
  /** Whole number that fixes all chance (default 1). */
  readonly seed?: number;
}

/** What a data set is and what may be wrong with it. */
export interface CheckedDataset {
  readonly path: string;
  readonly layout: TrainingLayout;
  readonly pictures: number;
  readonly classes: readonly { readonly label: string; readonly n: number }[];
  readonly findings: readonly Finding[];
  readonly notices: readonly string[];
  /** Why it cannot be trained on as it is, where it cannot. */
  readonly obstacle?: string;
}

/**
 * Looks for what may be wrong with a data set: unreadable, tiny, dark and blurred pictures, copies and look-alikes
 * within a class, in two classes and across parts, classes with few pictures, imbalance, likely wrong labels.
 *
 * @param path as for `train`
 * @throws DATASET_INVALID when it is no data set; MODEL_UNKNOWN, ABORTED
 * @example
 * const { findings } = await checkTrainingData('flowers');
 * for (const { message, fix } of findings) console.log(`${message}. ${fix}.`);
 */
export async function checkTrainingData(path: string, options: CheckOptions = {}): Promise<CheckedDataset> {
  const { labels = true, seed = 1, signal, onProgress, onNotice } = options;
  const { store, cacheFolder } = openEnvironment(options);
  const data = await openTrainingData(path);
  const checked = await checkData(data, {
    cacheFolder,
    onProgress: (progress) => onProgress?.({ stage: 'check', ...progress }),
    ...(signal && { signal }),
  });
  const result = {
    path,
    layout: data.layout,
    pictures: data.pictures.length,
    classes: [...countsOf(data.pictures)].map(([label, n]) => ({ label, n })),
    notices: data.notices,
  };
  if (!labels || data.classes.length > MOST_LOGISTIC_CLASSES)
    return { ...result, findings: checked.findings };
  let prepared: PreparedData;
  try {
    prepared = prepareData(checked, { seed, testShare: 0, validationShare: 0 });
  } catch (thrown) {
    if (!isPictorError(thrown) || thrown.code !== 'DATASET_INVALID') throw thrown;
    // What was found so far is what may be the reason.
    const { expected = '', received = '' } = thrown.details;
    return { ...result, findings: checked.findings, obstacle: `Expected ${expected}, received ${received}` };
  }
  const backbone = await chooseTaps((await chooseBackbone(store, options.model, signal)).model);
  await using engine = borrow(options.engine);
  const { features, failed, notices } = await extractFeatures(backbone, prepared.pictures, {
    engine: engine.engine,
    cacheFolder,
    onProgress: (progress) => onProgress?.({ stage: 'features', ...progress }),
    ...(signal && { signal }),
  });
  for (const notice of notices) onNotice?.(notice);
  const rows = [...prepared.pictures.keys()].filter((index) => !failed.has(index));
  const { suspects } = await fitModel(backbone, prepared, features, rows, {
    head: 'logistic',
    classWeights: 'auto',
    knownShare: 0.95,
    seed,
    ...(signal && { signal }),
  });
  const wrong = suspects.length > 0 ? [suspectFinding(suspects)] : [];
  return { ...result, findings: [...checked.findings, ...wrong] };
}
