/**
 * Which model answers when none is named.
 *
 * @module
 */
import { isPictorError } from '../errors.ts';
import { DEFAULT_CLASSIFIER } from '../models/catalogue.ts';
import type { LocalModel, ModelStore } from '../models/types.ts';

export interface DefaultModelOptions {
  /** Whether the default classifier may be downloaded: at a terminal or at server start, never during a request. */
  readonly allowPull: boolean;
  /** Hears, once, that the embedded detector stands in. */
  readonly onNotice?: (notice: string) => void;
  readonly signal?: AbortSignal;
}

/**
 * A classifier that is in the store, the default one first; else the default one pulled, where that is allowed; else
 * an embedded detector, with a notice.
 *
 * @throws what the last attempt threw, when there is no embedded detector either; ABORTED
 */
export async function defaultModel(
  store: Pick<ModelStore, 'list' | 'resolve' | 'pull'>,
  { allowPull, onNotice, signal }: DefaultModelOptions,
): Promise<LocalModel> {
  const base = signal ? { signal } : {};
  const local = (await store.list())
    .filter(({ state }) => state !== 'remote')
    .map(({ manifest }) => manifest);
  const classifiers = local.filter(({ task }) => task === 'classify');
  const chosen = classifiers.find(({ id }) => id === DEFAULT_CLASSIFIER) ?? classifiers[0];
  if (chosen) return store.resolve(chosen.id, base);
  const detector = local.find(({ task }) => task === 'detect');
  if (allowPull) {
    try {
      return await store.pull(DEFAULT_CLASSIFIER, base);
    } catch (error) {
      if (!detector || (isPictorError(error) && error.code === 'ABORTED')) throw error;
    }
  }
  if (!detector) return store.resolve(DEFAULT_CLASSIFIER, base);
  onNotice?.(
    `No classifier is here: ${detector.id} tags the picture instead. For classes: pictor models pull ${DEFAULT_CLASSIFIER}`,
  );
  return store.resolve(detector.id, base);
}
