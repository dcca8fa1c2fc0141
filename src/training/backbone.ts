/**
 * The model whose features are used.
 *
 * @module
 */
import { PictorError } from '../errors.ts';
import type { LocalModel, ModelStore } from '../models/types.ts';

/** Classifiers of the catalogue, the most useful features first. */
const PREFERRED = [
  'mobilenetv2',
  'efficientnet-lite4',
  'resnet50',
  'densenet121',
  'inceptionv3',
  'squeezenet',
];

/** Better than the embedded detector, and small. */
const SUGGESTED = 'mobilenetv2';

export interface ChosenBackbone {
  readonly model: LocalModel;
  /** What would be better and how to get it, for the report. */
  readonly note?: string;
}

/** What can be named as a backbone without a download. */
export async function backbonesOf(store: Pick<ModelStore, 'list'>): Promise<LocalModel['manifest'][]> {
  const local = (await store.list()).filter(({ state }) => state === 'embedded' || state === 'cached');
  return local
    .filter(
      ({ manifest: { task, version }, state }) =>
        version === undefined && (task === 'classify' || (task === 'detect' && state === 'embedded')),
    )
    .map(({ manifest }) => manifest);
}

/**
 * The backbone that was named; else the best classifier on this machine; else the detector that the package carries.
 *
 * @throws MODEL_UNKNOWN, MODEL_NOT_LOCAL, MODEL_TASK_MISMATCH
 */
export async function chooseBackbone(
  store: Pick<ModelStore, 'list' | 'resolve'>,
  reference: string | undefined,
  signal: AbortSignal | undefined,
): Promise<ChosenBackbone> {
  const options = signal ? { signal } : {};
  if (reference !== undefined) {
    const model = await store.resolve(reference, options);
    if (['classify', 'embed', 'detect'].includes(model.manifest.task)) return { model };
    throw new PictorError('MODEL_TASK_MISMATCH', {
      expected: 'a classifier, an embedding model or the embedded detector as the backbone',
      received: `${model.manifest.id}, a model for ${model.manifest.task}`,
      fix: 'See what there is with: pictor models list',
    });
  }
  const local = (await store.list()).filter(({ state }) => state === 'embedded' || state === 'cached');
  // A model that was trained here knows only its own classes.
  const classifiers = local.filter(
    ({ manifest }) => manifest.task === 'classify' && manifest.version === undefined,
  );
  const rank = (id: string) => (PREFERRED.includes(id) ? PREFERRED.indexOf(id) : PREFERRED.length);
  const [best] = classifiers.toSorted((a, b) => rank(a.manifest.id) - rank(b.manifest.id));
  if (best) return { model: await store.resolve(best.manifest.id, options) };
  const detector = local.find(({ manifest, state }) => manifest.task === 'detect' && state === 'embedded');
  if (detector === undefined) {
    throw new PictorError('MODEL_NOT_LOCAL', {
      expected: 'a classifier to learn from',
      received: 'none',
      fix: `Fetch one: pictor models pull ${SUGGESTED}`,
    });
  }
  return {
    model: await store.resolve(detector.manifest.id, options),
    note: `The features are those of ${detector.manifest.id}, which the package carries. A classifier's are better for photographs (7 points on ants and bees, none on sign digits and waste) and tell unknown pictures better: pictor models pull ${SUGGESTED}, then train again with --model ${SUGGESTED}`,
  };
}
