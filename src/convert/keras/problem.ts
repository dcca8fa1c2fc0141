import { PictorError } from '../../errors.ts';

/** The error of every Keras file that contradicts itself. */
export function damagedKeras(received: string, cause?: unknown): PictorError {
  return new PictorError('CONVERT_INPUT_INVALID', {
    expected: 'a sound Keras model',
    received,
    fix: 'Save or download the model again',
    ...(cause === undefined ? {} : { cause }),
  });
}
