/**
 * Which model a command works with: the named one, fetched where it is not here yet, or the default for its task.
 *
 * @module
 */
import { isPictorError } from '../../errors.ts';
import type { LocalModel, ModelStore, PullOptions } from '../../models/types.ts';
import { defaultModel, localModelFor, type StandIn } from '../../tasks/default-model.ts';
import { notice, pullBar } from '../render/notices.ts';

/** What a command does with its model. `describe` is classify or, without a classifier, tag. */
export type Wanted = 'classify' | 'describe' | 'detect' | 'moderate' | 'embed';

const STAND_INS: Readonly<Record<'classify' | 'describe' | 'embed', { standIn?: StandIn }>> = {
  describe: {},
  classify: { standIn: { fits: () => false, role: '' } },
  embed: { standIn: { fits: ({ embedding }) => embedding !== undefined, role: 'gives the features' } },
};

/**
 * Finds the model, downloading with a progress bar what is not on this machine. A named model never falls back to
 * another one.
 *
 * @param store where models lie
 * @param wanted what the command does
 * @param reference what `--model` says
 */
export async function findModel(
  store: ModelStore,
  wanted: Wanted,
  reference: string | undefined,
  signal: AbortSignal,
): Promise<LocalModel> {
  const bar = pullBar();
  const pulling = { signal, onProgress: bar.update };
  try {
    if (reference !== undefined) return await named(store, reference, pulling);
    if (wanted === 'detect' || wanted === 'moderate') return await localModelFor(store, wanted, { signal });
    return await defaultModel(store, {
      allowPull: true,
      onNotice: notice,
      ...STAND_INS[wanted],
      ...pulling,
    });
  } finally {
    bar.stop();
  }
}

async function named(store: ModelStore, reference: string, pulling: PullOptions): Promise<LocalModel> {
  try {
    return await store.resolve(reference, pulling.signal ? { signal: pulling.signal } : {});
  } catch (error) {
    if (!isPictorError(error) || error.code !== 'MODEL_NOT_LOCAL') throw error;
    return store.pull(reference, pulling);
  }
}
