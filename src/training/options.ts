/**
 * What a training is told.
 *
 * @module
 */
import type { Engine } from '../engine/types.ts';
import type { ModelStore } from '../models/types.ts';
import type { FineTuneOptions } from './fine-tune/types.ts';

/** How the classes are decided on the features. */
export type HeadKind =
  /** Multinomial logistic regression: the best in nearly every case. */
  | 'logistic'
  /** Votes of the most similar training pictures: no fit, as many classes as one likes. */
  | 'nearest'
  /** The nearest class mean: for a few pictures a class, and for thousands of classes. */
  | 'means';

/** How much each picture counts in training. */
export type ClassWeights =
  /** `balanced` where a class has three times the pictures of another, else `none`. */
  | 'auto'
  /** Every picture counts the same. */
  | 'none'
  /** Every class counts the same. */
  | 'balanced';

/** Progress of a training. */
export interface TrainProgress {
  readonly stage: 'check' | 'features' | 'head' | 'fine-tune' | 'verify';
  readonly done: number;
  readonly total: number;
  /** Milliseconds until the stage is over, once that can be told. */
  readonly remainingMs?: number;
  /** One sentence for a person. */
  readonly message?: string;
}

/** Where a training finds and keeps things, and who hears of it. */
export interface TrainEnvironment {
  /** Folder of the model store (default: the user's). Versions and caches lie in it too. */
  readonly folder?: string;
  /** The store of that folder (default: opened). */
  readonly store?: ModelStore;
  /** Runs the backbone (default: one of its own). */
  readonly engine?: Engine;
  readonly onProgress?: (progress: TrainProgress) => void;
  /** Hears sentences for a person: what was left out, what would help. */
  readonly onNotice?: (notice: string) => void;
  readonly signal?: AbortSignal;
}

/** Every option but the id may be left out. */
export interface TrainOptions extends TrainEnvironment {
  /** Id of the model to make: lower-case letters, digits, dot, dash and underscore. */
  readonly id: string;
  /** Backbone: a classifier of the store (default: the best that is here, else the embedded detector). */
  readonly model?: string;
  /** Whole number that fixes all chance (default 1). */
  readonly seed?: number;
  /** Default `logistic`. */
  readonly head?: HeadKind;
  /** Trains the backbone's last layers too: minutes instead of seconds (default: off). */
  readonly fineTune?: boolean | FineTuneOptions;
  /** Default `auto`. */
  readonly classWeights?: ClassWeights;
  /** Share held out for the report, 0.05..0.5, where the data set has no part of its own for that (default 0.2). */
  readonly testShare?: number;
  /** Share of known pictures that must count as known, 0.5..0.999 (default 0.95). */
  readonly knownShare?: number;
  /** Folder of pictures of no class, to measure how well unknown pictures are told (default: none). */
  readonly unknown?: string;
  /** Whether a finding of the checks ends the training (default false). */
  readonly strict?: boolean;
}
