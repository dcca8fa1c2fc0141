/**
 * A data set, looked at and divided.
 *
 * @module
 */
import { PictorError } from '../../errors.ts';
import { findLookAlikes, groupsOf } from '../checks/look-alikes.ts';
import { type ExaminedPicture, examinePictures } from '../checks/picture-facts.ts';
import { runChecks } from '../checks/run-checks.ts';
import type { Finding } from '../checks/types.ts';
import type { ClassCount } from '../options.ts';
import { type SplitOptions, splitParts } from './split.ts';
import type { Part, TrainingData, TrainingLayout } from './types.ts';

/** A picture that can be trained on or tested. */
export interface PreparedPicture {
  readonly path: string;
  readonly name: string;
  readonly sha256: string;
  readonly classIndex: number;
  /** The same for pictures that look alike. */
  readonly group: number;
  readonly part: Part;
}

export interface PreparedData {
  readonly layout: TrainingLayout;
  readonly classes: readonly string[];
  readonly pictures: readonly PreparedPicture[];
  readonly findings: readonly Finding[];
  /** Part that the figures are from. */
  readonly heldOut: 'test' | 'validation';
  /** Whether the data set came divided. */
  readonly divided: boolean;
  readonly notices: readonly string[];
}

/** A data set that was looked at. */
export interface CheckedData {
  readonly data: TrainingData;
  readonly examined: readonly ExaminedPicture[];
  /** The same number for pictures that look alike. */
  readonly groups: Int32Array;
  readonly findings: readonly Finding[];
}

/** Pictures of a class without which nothing can be learnt and held out. */
const LEAST_PICTURES = 3;

/** Looks at every picture and runs the checks that need no model. */
export async function checkData(
  data: TrainingData,
  options: Parameters<typeof examinePictures>[1],
): Promise<CheckedData> {
  const examined = await examinePictures(
    data.pictures.map(({ path }) => path),
    options,
  );
  const pairs = await findLookAlikes(examined);
  return {
    data,
    examined,
    groups: groupsOf(data.pictures.length, pairs),
    findings: runChecks(data.pictures, examined, pairs),
  };
}

/**
 * Divides what can be read into parts.
 *
 * @throws DATASET_INVALID when a class has too few pictures, or there is only one class
 */
export function prepareData(
  { data, examined, groups, findings }: CheckedData,
  options: SplitOptions,
): PreparedData {
  const classOf = new Map(data.classes.map((name, index) => [name, index]));
  const readable = data.pictures.flatMap((file, index) => {
    const picture = examined[index];
    const classIndex = classOf.get(file.label);
    if (picture === undefined || 'error' in picture || classIndex === undefined) return [];
    return [{ file, sha256: picture.sha256, classIndex, group: groups[index] ?? index }];
  });
  requireReadable(data, readable.length);
  requireEnough(
    data.path,
    data.classes,
    readable.map(({ file }) => file.label),
  );
  const items = readable.map(({ file, classIndex, group }) => ({
    classIndex,
    group,
    ...(file.part && { part: file.part }),
  }));
  const parts = splitParts(items, options);
  const pictures = readable.map(({ file, sha256, classIndex, group }, index) => ({
    path: file.path,
    name: file.name,
    sha256,
    classIndex,
    group,
    part: parts[index] ?? 'train',
  }));
  requireTraining(data.classes, pictures);
  return {
    layout: data.layout,
    classes: data.classes,
    pictures,
    findings,
    heldOut: pictures.some(({ part }) => part === 'test') ? 'test' : 'validation',
    divided: data.pictures.some(({ part }) => part !== undefined && part !== 'train'),
    notices: data.notices,
  };
}

/** Pictures of each class, by part. */
export function countClasses({
  classes,
  pictures,
}: Pick<PreparedData, 'classes' | 'pictures'>): ClassCount[] {
  const counts = classes.map((label) => ({ label, train: 0, validation: 0, test: 0 }));
  for (const { classIndex, part } of pictures) {
    const count = counts[classIndex];
    if (count) count[part]++;
  }
  return counts;
}

function requireReadable({ path, pictures }: TrainingData, readable: number): void {
  if (readable > 0) return;
  throw new PictorError('DATASET_INVALID', {
    expected: `pictures that can be read in ${path}`,
    received: `${pictures.length} that cannot`,
    fix: `See why with: pictor train check ${path}`,
  });
}

/**
 * Refuses what nothing can be learnt from.
 *
 * @param labels class of each picture that can be read
 * @throws DATASET_INVALID
 */
export function requireEnough(name: string, classes: readonly string[], labels: readonly string[]): void {
  if (classes.length < 2) {
    throw new PictorError('DATASET_INVALID', {
      expected: 'at least 2 classes',
      received: `1, ${classes[0]}, in ${name}`,
      fix: 'Add a folder with pictures of something else; to tell one thing from all others, call it "other"',
    });
  }
  const counts = new Map(classes.map((name) => [name, 0]));
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  const few = [...counts].filter(([, count]) => count < LEAST_PICTURES);
  if (few.length > 0) {
    throw new PictorError('DATASET_INVALID', {
      expected: `at least ${LEAST_PICTURES} pictures of each class that can be read`,
      received: some(few.map(([label, count]) => `${count} of ${label}`)),
      fix: 'Add pictures (20 of each class are a start), or remove the class',
    });
  }
}

function requireTraining(classes: readonly string[], pictures: readonly PreparedPicture[]): void {
  const trained = new Map<number, number>();
  for (const { classIndex, part } of pictures) {
    if (part === 'train') trained.set(classIndex, (trained.get(classIndex) ?? 0) + 1);
  }
  const missing = classes.filter((_, index) => (trained.get(index) ?? 0) < 2);
  if (missing.length === 0) return;
  throw new PictorError('DATASET_INVALID', {
    expected: 'at least 2 pictures of each class in the training part',
    received: `fewer of ${some(missing)}`,
    fix: 'Name the class folders alike in all parts (classes are matched by name), or add pictures',
  });
}

function some(names: readonly string[]): string {
  return names.length > 4 ? `${names.slice(0, 4).join(', ')} and ${names.length - 4} more` : names.join(', ');
}
