import { PictorError } from '../../../errors.ts';
import type { Augmentation, FineTuneOptions } from '../../../training/fine-tune/types.ts';

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

/** How strong a kind of augmentation is when it is named. */
const STRENGTH = { crop: 0.7, color: 0.2, erase: 0.2 } as const;
const KINDS = ['flip', ...Object.keys(STRENGTH), 'none'];

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

function augmentationOf(kinds: readonly string[]): Augmentation {
  const strange = kinds.filter((kind) => !KINDS.includes(kind));
  if (strange.length > 0) {
    throw new PictorError('OPTION_INVALID', {
      expected: `--augment to list ${KINDS.join(', ')}`,
      received: strange.join(', '),
    });
  }
  return {
    flip: kinds.includes('flip'),
    ...(kinds.includes('crop') && { crop: STRENGTH.crop }),
    ...(kinds.includes('color') && { color: STRENGTH.color }),
    ...(kinds.includes('erase') && { erase: STRENGTH.erase }),
  };
}
