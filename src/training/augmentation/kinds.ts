import { PictorError } from '../../errors.ts';
import type { Augmentation } from '../fine-tune/types.ts';

/** How strong a kind of augmentation is when it is named. */
const STRENGTH = { crop: 0.7, color: 0.2, erase: 0.2 } as const;

/** What can be named. */
export const AUGMENTATION_KINDS = ['flip', 'crop', 'color', 'erase', 'none'] as const;

/**
 * Augmentation by names of its kinds, each with its usual strength. What is not named is off.
 *
 * @throws OPTION_INVALID
 */
export function augmentationOf(kinds: readonly string[]): Augmentation {
  const known: readonly string[] = AUGMENTATION_KINDS;
  const strange = kinds.filter((kind) => !known.includes(kind));
  if (strange.length > 0) {
    throw new PictorError('OPTION_INVALID', {
      expected: `kinds of augmentation among ${known.join(', ')}`,
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
