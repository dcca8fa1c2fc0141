/**
 * What checks find.
 *
 * @module
 */

export type FindingKind =
  | 'unreadable'
  | 'duplicate'
  | 'duplicate-across-parts'
  | 'two-classes'
  | 'near-duplicate'
  | 'near-duplicate-across-parts'
  | 'few-pictures'
  | 'imbalance'
  | 'class-without-training'
  | 'tiny'
  | 'dark'
  | 'blurred'
  | 'likely-wrong-label';

/** One thing that may be wrong with a data set. */
export interface Finding {
  readonly kind: FindingKind;
  /** Pictures, pairs or classes concerned. */
  readonly count: number;
  /** One sentence without a full stop: what was found. */
  readonly message: string;
  /** What to do about it, one sentence without a full stop. */
  readonly fix: string;
  /** Names of the files or classes, at most {@link SHOWN_FILES} of them. */
  readonly files: readonly string[];
}

/** A label that the other pictures speak against. */
export interface SuspectLabel {
  /** Name of the picture. */
  readonly name: string;
  readonly label: string;
  /** The class that it looks like. */
  readonly likely: string;
  /** Probability of that class, by a model that had not seen the picture, 0..1. */
  readonly score: number;
}

/** Files that a finding names. */
export const SHOWN_FILES = 50;
