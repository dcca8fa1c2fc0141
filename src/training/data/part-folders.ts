import { join } from 'node:path';
import { subfolders } from '../../evaluation/datasets/files.ts';
import type { Part } from './types.ts';

/** A folder that holds a part of the data set. */
export interface PartFolder {
  readonly name: string;
  readonly part: Part;
}

/** What tools call the parts. */
const PART_NAMES: Readonly<Record<string, Part>> = {
  train: 'train',
  training: 'train',
  val: 'validation',
  valid: 'validation',
  validation: 'validation',
  dev: 'validation',
  test: 'test',
  testing: 'test',
};

/**
 * The parts of a data set that is split already: folders named like parts, `train` among them, with class folders
 * inside. A folder named `train` that holds pictures is a class of trains.
 *
 * @param inside names of the folders in `folder`
 */
export async function partFolders(folder: string, inside: readonly string[]): Promise<PartFolder[]> {
  const parts = inside.flatMap((name): PartFolder[] => {
    const part = PART_NAMES[name.toLowerCase()];
    return part === undefined ? [] : [{ name, part }];
  });
  const train = parts.find(({ part }) => part === 'train');
  if (train === undefined || (await subfolders(join(folder, train.name))).length === 0) return [];
  return parts;
}

/** The part that a list names. */
export function partOf(word: string): Part | undefined {
  return PART_NAMES[word.trim().toLowerCase()];
}
