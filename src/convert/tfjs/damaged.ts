import { PictorError } from '../../errors.ts';

/** The error of every TensorFlow.js model that cannot be read. */
export function damaged(received: string, cause?: unknown): PictorError {
  return new PictorError('CONVERT_INPUT_INVALID', {
    expected: 'a TensorFlow.js model',
    received,
    fix: 'Export or download the model again',
    ...(cause === undefined ? {} : { cause }),
  });
}
