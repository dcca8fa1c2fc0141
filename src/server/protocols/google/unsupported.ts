import { PictorError } from '../../../errors.ts';

/** The error for a feature that has no counterpart. */
export function unsupportedFeature(type: string): PictorError {
  return new PictorError('FEATURE_UNSUPPORTED', {
    expected: 'LABEL_DETECTION, OBJECT_LOCALIZATION, SAFE_SEARCH_DETECTION, IMAGE_PROPERTIES or CROP_HINTS',
    received: type.slice(0, 40),
  });
}
