/**
 * Labelled pictures as they lie on disk.
 *
 * @module
 */

/** What a picture is used for. */
export type Part = 'train' | 'validation' | 'test';

/** One picture file and the class that its place or its list gives it. */
export interface LabelledFile {
  /** Absolute path. */
  readonly path: string;
  /** Path as messages and reports show it: relative to the data set. */
  readonly name: string;
  /** Class name, exactly as the data set has it. */
  readonly label: string;
  /** Part, where the data set says; otherwise it is drawn. */
  readonly part?: Part;
}

export type TrainingLayout = 'class-folders' | 'part-folders' | 'table' | 'jsonl';

/** A data set to train on. */
export interface TrainingData {
  /** Folder or file, as given. */
  readonly path: string;
  readonly layout: TrainingLayout;
  /** Class names, sorted: a class is its name, and its index follows from that alone. */
  readonly classes: readonly string[];
  /** Sorted by name. */
  readonly pictures: readonly LabelledFile[];
  /** Files that are left out, and why, for a person: `12 files lie outside the class folders`. */
  readonly notices: readonly string[];
}
