import { augmentationOf } from '../../../training/augmentation/kinds.ts';
import type { FineTuneOptions } from '../../../training/fine-tune/types.ts';

/** What the command line says about fine-tuning. */
export interface FineTuneFlags {
  readonly fineTune?: boolean;
  readonly layers?: string;
  readonly epochs?: number;
  readonly batchSize?: number;
  readonly learningRate?: number;
  readonly augment?: readonly string[];
  /** Milliseconds. */
  readonly time?: number;
  readonly threads?: number;
  readonly resume?: boolean;
}

/**
 * Options of fine-tuning; undefined when nothing asks for it.
 *
 * @throws OPTION_INVALID
 */
export function fineTuneOptions(flags: FineTuneFlags): FineTuneOptions | undefined {
  const { layers, epochs, batchSize, learningRate, augment, time, threads, resume } = flags;
  const asked = [layers, epochs, batchSize, learningRate, augment, time, threads, resume];
  if (!flags.fineTune && asked.every((value) => value === undefined)) return undefined;
  return {
    ...(layers !== undefined && {
      layers: layers === 'last' || layers === 'all' ? layers : { after: layers },
    }),
    ...(epochs !== undefined && { epochs }),
    ...(batchSize !== undefined && { batchSize }),
    ...(learningRate !== undefined && { learningRate }),
    ...(augment !== undefined && { augmentation: augmentationOf(augment) }),
    ...(time !== undefined && { timeMs: time }),
    ...(threads !== undefined && { threads }),
    resume: resume ?? false,
  };
}
