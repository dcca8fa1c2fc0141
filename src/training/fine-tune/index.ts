/**
 * Level 2 of training: the last blocks of a backbone, or all of it, by gradient descent.
 *
 * @module
 */
import { PictorError } from '../../errors.ts';
import type { FineTuneInput, FineTuneOptions, FineTuneResult } from './types.ts';

export type * from './types.ts';

/**
 * Trains the last layers of a backbone together with its head, in a process of its own. The head comes from level 1, so
 * that the first steps do not spoil the features (Kumar et al. 2022, arXiv 2202.10054).
 *
 * The result is an ordinary backbone and an ordinary head: export them the way level 1 does, and recompute whatever
 * was derived from features (temperature, thresholds, k-NN bank) from `result.features`.
 *
 * @throws FEATURE_UNSUPPORTED when a trained layer has an operator without a gradient (named, before any work begins)
 * @throws DATASET_INVALID, OPTION_INVALID, IMAGE_*, MODEL_FILE_INVALID, FILE_WRITE_FAILED, ABORTED
 * @example
 * const { backbone, head, curve } = await fineTune(
 *   { backbone: await store.resolve('mobilenetv2'), head, train, validation },
 *   { epochs: 8, seed: 1, onProgress: ({ done, total }) => console.error(`${done}/${total}`) },
 * );
 */
export function fineTune(_input: FineTuneInput, _options: FineTuneOptions = {}): Promise<FineTuneResult> {
  throw new PictorError('FEATURE_UNSUPPORTED', { received: 'fine-tuning' });
}
