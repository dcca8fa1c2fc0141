/**
 * What a training is told.
 *
 * @module
 */
import type { Engine } from '../engine/types.ts';
import type { ModelStore } from '../models/types.ts';
import type { Finding, SuspectLabel } from './checks/types.ts';
import type { FineTuneEpoch, FineTuneOptions, FineTunePlan } from './fine-tune/types.ts';

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

/** What became known while training, in the order in which it does. */
export type TrainEvent =
  /** The data set was looked at and divided. */
  | {
      readonly kind: 'data';
      readonly classes: readonly ClassCount[];
      readonly findings: readonly Finding[];
    }
  /** The head is fitted. Accuracy and confusion are those of training pictures, each by a fit that had not seen it. */
  | {
      readonly kind: 'head';
      readonly accuracy: number;
      /** `[truth][answer]`, counts. */
      readonly confusion: readonly (readonly number[])[];
      readonly suspects: readonly SuspectLabel[];
    }
  /** What fine-tuning will do and take. */
  | { readonly kind: 'plan'; readonly plan: FineTunePlan }
  /** An epoch is over. The confusion is that of the validation part. */
  | {
      readonly kind: 'epoch';
      readonly epoch: FineTuneEpoch;
      readonly confusion: readonly (readonly number[])[];
    };

/** Pictures of a class, by part. */
export interface ClassCount {
  readonly label: string;
  readonly train: number;
  readonly validation: number;
  readonly test: number;
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
  /** Hears what is known so far: classes and findings, the first confusion matrix, each epoch. */
  readonly onEvent?: (event: TrainEvent) => void;
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
  /** Pictures to leave out, by the names that findings and reports give them (default: none). */
  readonly exclude?: readonly string[];
  /** Pictures that belong to another class than their place says, by name (default: none). */
  readonly relabel?: Readonly<Record<string, string>>;
  /** Whether a finding of the checks ends the training (default false). */
  readonly strict?: boolean;
}
