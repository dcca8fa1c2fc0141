import { PictorError } from '../../errors.ts';
import type { TrainingData } from './types.ts';

/** Corrections to a data set, by the names of its pictures. */
export interface Amendments {
  readonly exclude?: readonly string[];
  /** Class by name of the picture. */
  readonly relabel?: Readonly<Record<string, string>>;
}

/**
 * Leaves pictures out and moves others to the class that they belong to.
 *
 * @throws OPTION_INVALID when the data set has no picture of a name
 * @throws DATASET_INVALID when nothing is left
 */
export function amend(data: TrainingData, { exclude = [], relabel = {} }: Amendments): TrainingData {
  const excluded = new Set(exclude);
  const corrected = new Map(Object.entries(relabel).map(([name, label]) => [name, label.normalize('NFC')]));
  if (excluded.size === 0 && corrected.size === 0) return data;
  const known = new Set(data.pictures.map(({ name }) => name));
  const strange = [...excluded, ...corrected.keys()].filter((name) => !known.has(name));
  if (strange.length > 0) {
    throw new PictorError('OPTION_INVALID', {
      expected: `names of pictures in ${data.path}, as findings and reports give them`,
      received: strange.slice(0, 3).join(', '),
    });
  }
  const nameless = [...corrected].find(([, label]) => label.trim() === '');
  if (nameless) {
    throw new PictorError('OPTION_INVALID', { expected: `a class for ${nameless[0]}`, received: 'none' });
  }
  const pictures = data.pictures
    .filter(({ name }) => !excluded.has(name))
    .map((file) => ({ ...file, label: corrected.get(file.name) ?? file.label }));
  if (pictures.length === 0) {
    throw new PictorError('DATASET_INVALID', {
      expected: `pictures in ${data.path}`,
      received: 'none, without those that are excluded',
    });
  }
  return { ...data, pictures, classes: [...new Set(pictures.map(({ label }) => label))].sort() };
}
