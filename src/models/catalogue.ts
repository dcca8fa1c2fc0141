/**
 * The models that Pictor knows by a short name, with where to get them and how to feed them.
 *
 * @module
 */
import { CLASSIFIERS } from './catalogue-classifiers.ts';
import { DETECTORS } from './catalogue-detectors.ts';
import { type Manifest, manifestSchema } from './manifest.ts';

/** Every catalogue entry. Float models carry a plain id, quantised ones the suffix `-int8` or `-qdq`. */
export const CATALOGUE: readonly Manifest[] = [...CLASSIFIERS, ...DETECTORS].map((entry) =>
  manifestSchema.parse(entry),
);

/** The classifier that is meant when none is named. */
export const DEFAULT_CLASSIFIER = 'squeezenet';
