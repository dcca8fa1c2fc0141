/**
 * The models that Pictor knows by a short name, with where to get them and how to feed them.
 *
 * @module
 */

import { type Manifest, manifestSchema } from '../manifest/manifest.ts';
import { CLASSIFIERS } from './classifiers.ts';
import { DETECTORS } from './detectors.ts';

let entries: readonly Manifest[] | undefined;

/**
 * Every catalogue entry. Float models carry a plain id, quantised ones the suffix `-int8` or `-qdq`. Filled in when it is
 * first asked for, because most programs that start never ask.
 */
export function catalogue(): readonly Manifest[] {
  entries ??= [...CLASSIFIERS, ...DETECTORS].map((entry) => manifestSchema.parse(entry, { jitless: true }));
  return entries;
}

/** The classifier that is meant when none is named. */
export const DEFAULT_CLASSIFIER = 'squeezenet';
