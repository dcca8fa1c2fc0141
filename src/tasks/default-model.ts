/**
 * Which model answers when none is named: one rule for the library, the command line, the server and packed functions.
 *
 * @module
 */
import { isPictorError, PictorError } from '../errors.ts';
import { DEFAULT_CLASSIFIER } from '../models/catalogue/catalogue.ts';
import type { DefaultModels, LocalModel, ModelListing, ModelStore, PullOptions } from '../models/types.ts';
import { TASKS, type TaskName } from './registry.ts';

export interface DefaultModelOptions extends PullOptions {
  /** Whether the standard classifier may be downloaded: at a terminal or at server start, never during a request. */
  readonly allowPull: boolean;
  /** Hears, once, that another model than the chosen or the standard one answers. */
  readonly onNotice?: (notice: string) => void;
  /** What the model is for (default `tag`: a classifier, or a detector where there is none). */
  readonly task?: TaskName;
}

/** What is asked of a store; choices are not asked of one that keeps none. */
type StoreWithDefaults<Asked extends keyof ModelStore> = Pick<ModelStore, Asked> &
  Partial<Pick<ModelStore, 'defaults'>>;

/**
 * The model that does a task when none is named. In this order:
 *
 * 1. the one that was chosen: `pictor models default <id>`, or `store.chooseDefault(id)`
 * 2. the standard one: the default classifier where it is on this machine, else a model that the package carries
 * 3. the only other one on this machine, with a notice
 * 4. the default classifier, pulled where that is allowed
 * 5. what stands in for a classifier (for `tag` a detector), with a notice
 *
 * Of several that could answer none is taken by its name: that is an error, which says how to choose.
 *
 * @throws MODEL_NOT_LOCAL when there is none, or several of which none was chosen; what the last attempt threw; ABORTED
 * @example
 * const model = await defaultModel(openModelStore(), { allowPull: true, onNotice: console.warn });
 */
export async function defaultModel(
  store: StoreWithDefaults<'list' | 'resolve' | 'pull'>,
  options: DefaultModelOptions,
): Promise<LocalModel> {
  const { allowPull, onNotice, task = 'tag', ...pulling } = options;
  const base = options.signal ? { signal: options.signal } : {};
  const { byDefault } = TASKS[task];
  if (byDefault.kind === 'local')
    return localModelFor(store, task, { ...base, ...(onNotice && { onNotice }) });
  const { standIn } = byDefault;
  const [chosen, local] = [(await store.defaults?.()) ?? {}, (await store.list()).filter(isUsable)];
  const own = byDefault.models.map((each) => chosen[each]).find((id) => id !== undefined);
  if (own !== undefined) return resolveChosen(store, own, base);
  const classifiers = local.filter(({ manifest }) => byDefault.models.includes(manifest.task));
  const standard = standardOf(classifiers);
  if (standard) return store.resolve(standard.manifest.id, base);
  const [only, ...more] = classifiers;
  if (only && more.length === 0) {
    onNotice?.(onlyOne(only));
    return store.resolve(only.manifest.id, base);
  }
  const standIns = standIn ? local.filter(({ manifest }) => standIn.fits(manifest)) : [];
  const substitute =
    only === undefined ? (chosenAmong(standIns, chosen) ?? standardOf(standIns) ?? standIns[0]) : undefined;
  let reason = '';
  if (allowPull) {
    try {
      return await store.pull(DEFAULT_CLASSIFIER, pulling);
    } catch (error) {
      if (isPictorError(error) && error.code === 'ABORTED') throw error;
      if (only) throw undecided(classifiers, task);
      if (!substitute) throw error;
      reason =
        isPictorError(error) && error.code === 'MODEL_OFFLINE'
          ? ', and downloads are off'
          : ', and none could be downloaded';
    }
  }
  if (only) throw undecided(classifiers, task);
  if (standIn === undefined || substitute === undefined) return store.resolve(DEFAULT_CLASSIFIER, base);
  const { id } = substitute.manifest;
  onNotice?.(
    `No classifier is here${reason}: ${id} ${standIn.role}. For the 1000 classes of ImageNet: pictor models pull ${DEFAULT_CLASSIFIER}`,
  );
  return store.resolve(id, base);
}

/**
 * A model on this machine that does a task: the chosen one, else one that the package carries, else the only other one.
 *
 * @param options `onNotice` hears, once, that another model than the chosen or the standard one answers
 * @throws MODEL_NOT_LOCAL when there is none, naming what can be pulled, or several of which none was chosen
 */
export async function localModelFor(
  store: StoreWithDefaults<'list' | 'resolve'>,
  task: TaskName,
  options: { readonly signal?: AbortSignal; readonly onNotice?: (notice: string) => void } = {},
): Promise<LocalModel> {
  const { onNotice, ...base } = options;
  const chosen = (await store.defaults?.()) ?? {};
  const own = TASKS[task].models.map((each) => chosen[each]).find((id) => id !== undefined);
  if (own !== undefined) return resolveChosen(store, own, base);
  const listings = (await store.list()).filter(({ manifest }) => TASKS[task].models.includes(manifest.task));
  const local = listings.filter(isUsable);
  const standard = standardOf(local);
  if (standard) return store.resolve(standard.manifest.id, base);
  const [only, ...more] = local;
  if (only && more.length > 0) throw undecided(local, task);
  if (only) {
    onNotice?.(onlyOne(only));
    return store.resolve(only.manifest.id, base);
  }
  const [remote] = listings;
  throw new PictorError('MODEL_NOT_LOCAL', {
    expected: `a model for ${task}`,
    received: 'none',
    fix: remote
      ? `Fetch one: pictor models pull ${remote.manifest.id}`
      : 'Restore the models that the package carries: npm run models:embed',
  });
}

/** The default classifier, or the first that the package carries. */
function standardOf(local: readonly ModelListing[]): ModelListing | undefined {
  return (
    local.find(({ manifest }) => manifest.id === DEFAULT_CLASSIFIER) ??
    local.find(({ state }) => state === 'embedded')
  );
}

function chosenAmong(local: readonly ModelListing[], chosen: DefaultModels): ModelListing | undefined {
  return local.find(({ manifest: { id, task } }) => chosen[task] === id);
}

async function resolveChosen(
  store: Pick<ModelStore, 'resolve'>,
  id: string,
  base: { readonly signal?: AbortSignal },
): Promise<LocalModel> {
  try {
    return await store.resolve(id, base);
  } catch (cause) {
    if (!isPictorError(cause) || (cause.code !== 'MODEL_NOT_LOCAL' && cause.code !== 'MODEL_UNKNOWN')) {
      throw cause;
    }
    throw new PictorError('MODEL_NOT_LOCAL', {
      expected: 'the model that was chosen as default',
      received: `${id}, which is not here`,
      fix: `Choose another: pictor models default <model>. Or fetch it: pictor models pull ${id}`,
      cause,
    });
  }
}

function onlyOne({ manifest: { id, task } }: ModelListing): string {
  return `${id} answers: the only model for ${task} here. To keep it so: pictor models default ${id}`;
}

function undecided(local: readonly ModelListing[], task: TaskName): PictorError {
  const ids = local.map(({ manifest }) => manifest.id);
  const some = ids.length > 5 ? `${ids.slice(0, 5).join(', ')} and ${ids.length - 5} more` : ids.join(', ');
  return new PictorError('MODEL_NOT_LOCAL', {
    expected: `one model to ${task} with when none is named`,
    received: `several, and none chosen: ${some}`,
    fix: `Choose one: pictor models default ${ids[0]}. Or name one with --model`,
  });
}

function isUsable({ state }: ModelListing): boolean {
  return state === 'embedded' || state === 'cached';
}
