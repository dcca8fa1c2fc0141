import { PictorError } from '../../errors.ts';

/** The error of every HDF5 file that contradicts itself or the format. */
export function damagedHdf5(received: string, cause?: unknown): PictorError {
  return new PictorError('CONVERT_INPUT_INVALID', {
    expected: 'a sound HDF5 file',
    received,
    fix: 'Download or export the file again',
    ...(cause === undefined ? {} : { cause }),
  });
}

/** The error of a sound file that uses a part of HDF5 that Keras does not. */
export function unsupportedHdf5(received: string): PictorError {
  return new PictorError('FEATURE_UNSUPPORTED', {
    expected: 'HDF5 as Keras writes it: groups, attributes and tensors inside of the one file',
    received,
    fix: 'Load the model where it was trained and save it again with model.save()',
  });
}
