import { cropHintsFeature } from './crop-hints.ts';
import { imagePropertiesFeature } from './image-properties.ts';
import { labelDetection } from './label-detection.ts';
import { objectLocalization } from './object-localization.ts';
import { safeSearchDetection } from './safe-search-detection.ts';
import type { Feature } from './types.ts';

/** By the vendor's names. */
export const FEATURES: ReadonlyMap<string, Feature> = new Map([
  ['LABEL_DETECTION', labelDetection],
  ['OBJECT_LOCALIZATION', objectLocalization],
  ['SAFE_SEARCH_DETECTION', safeSearchDetection],
  ['IMAGE_PROPERTIES', imagePropertiesFeature],
  ['CROP_HINTS', cropHintsFeature],
]);
