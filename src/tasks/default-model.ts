/**
 * Which model answers when none is named.
 *
 * @module
 */
import { isPictorError, PictorError } from '../errors.ts';
import { DEFAULT_CLASSIFIER } from '../models/catalogue/catalogue.ts';
import type { Manifest } from '../models/manifest/manifest.ts';
import type { LocalModel, ModelListing, ModelStore, PullOptions } from '../models/types.ts';
import { TASKS, type TaskName } from './registry.ts';

export interface DefaultModelOptions extends PullOptions {
  /** Whether the default classifier may be downloaded: at a terminal or at server start, never during a request. */
  readonly allowPull: boolean;
  /** Hears, once, that the embedded detector stands in. */
  readonly onNotice?: (notice: string) => void;
  /** What the model is for (default `tag`: a classifier, or a detector where there is none). */
  readonly task?: TaskName;
}

/**
 * The model that does a task when none is named, as the task's row says. For most: a classifier that is in the store, the
 * default one first; else the default one pulled, where that is allowed; else what stands in for one, with a notice.
 *
 * @throws what the last attempt threw, when nothing stands in either; MODEL_NOT_LOCAL; ABORTED
 * @example
 * const model = await defaultModel(openModelStore(), { allowPull: true, onNotice: console.warn });
 */
export async function defaultModel(
  store: Pick<ModelStore, 'list' | 'resolve' | 'pull'>,
  options: DefaultModelOptions,
): Promise<LocalModel> {
  const { allowPull, onNotice, task = 'tag', ...pulling } = options;
  const base = options.signal ? { signal: options.signal } : {};
  const { byDefault } = TASKS[task];
  if (byDefault.kind === 'local') return localModelFor(store, task, base);
  const { standIn } = byDefault;
  const local = await localManifests(store);
  const classifiers = local.filter(({ task }) => task === 'classify');
  const chosen = classifiers.find(({ id }) => id === DEFAULT_CLASSIFIER) ?? classifiers[0];
  if (chosen) return store.resolve(chosen.id, base);
  const substitute = standIn && local.find(standIn.fits);
  let reason = '';
  if (allowPull) {
    try {
      return await store.pull(DEFAULT_CLASSIFIER, pulling);
    } catch (error) {
      if (!substitute || (isPictorError(error) && error.code === 'ABORTED')) throw error;
      reason =
        isPictorError(error) && error.code === 'MODEL_OFFLINE'
          ? ', and downloads are off'
          : ', and none could be downloaded';
    }
  }
  if (standIn === undefined || substitute === undefined) return store.resolve(DEFAULT_CLASSIFIER, base);
  onNotice?.(
    `No classifier is here${reason}: ${substitute.id} ${standIn.role}. For the 1000 classes of ImageNet: pictor models pull ${DEFAULT_CLASSIFIER}`,
  );
  return store.resolve(substitute.id, base);
}

/**
 * A model on this machine that does a task; the one that the package carries comes first.
 *
 * @throws MODEL_NOT_LOCAL when there is none, naming what can be pulled
 */
export async function localModelFor(
  store: Pick<ModelStore, 'list' | 'resolve'>,
  task: TaskName,
  options: { readonly signal?: AbortSignal } = {},
): Promise<LocalModel> {
  const listings = (await store.list()).filter(({ manifest }) => TASKS[task].models.includes(manifest.task));
  const local = listings.filter(isUsable);
  const chosen = local.find(({ state }) => state === 'embedded') ?? local[0];
  if (chosen) return store.resolve(chosen.manifest.id, options);
  const [remote] = listings;
  throw new PictorError('MODEL_NOT_LOCAL', {
    expected: `a model for ${task}`,
    received: 'none',
    fix: remote
      ? `Fetch one: pictor models pull ${remote.manifest.id}`
      : 'Restore the models that the package carries: npm run models:embed',
  });
}

function isUsable({ state }: ModelListing): boolean {
  return state === 'embedded' || state === 'cached';
}

async function localManifests(store: Pick<ModelStore, 'list'>): Promise<Manifest[]> {
  const listings = await store.list();
  return listings.filter(isUsable).map(({ manifest }) => manifest);
}
