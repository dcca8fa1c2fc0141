/**
 * What a training reports.
 *
 * @module
 */
import type { Finding, SuspectLabel } from '../checks/types.ts';
import type { TrainingLayout } from '../data/types.ts';
import type { FineTuneEpoch } from '../fine-tune/types.ts';
import type { PathPoint } from '../head/logistic-regression.ts';
import type { ClassCount, HeadKind } from '../options.ts';
import type { Measures } from './measures.ts';

/** How well unknown pictures are told from known ones. */
export interface UnknownMeasures {
  /** A picture farther from the known ones than this is unknown. */
  readonly threshold: number;
  /** Share of known pictures that the threshold was set for, 0..1. */
  readonly knownShare: number;
  /** Share of the held-out pictures that count as known, 0..1. */
  readonly heldOutKnown: number;
  /** Against the pictures of no class that were given. */
  readonly far?: RocMeasures;
  /** Each class in turn left out of the bank: how well it would be told from the others. */
  readonly near?: RocMeasures;
}

export interface RocMeasures {
  /** Unknown pictures. */
  readonly n: number;
  readonly auroc: number;
  /** Share of unknown pictures that are told, at the threshold. */
  readonly detected: number;
  /** Points of the curve: share of known pictures called unknown, share of unknown ones. */
  readonly curve: readonly (readonly [number, number])[];
}

/** The level that was delivered, and the one that was not. */
export interface Candidate {
  readonly level: 'head' | 'fine-tune';
  /** Top-1 on the validation part, 0..1. */
  readonly validation: number;
  readonly logLoss: number;
}

/** Against the version before, on the pictures that both hold out. */
export interface Comparison {
  readonly version: number;
  readonly n: number;
  /** Top-1 of the version before, 0..1. */
  readonly before: number;
  /** Top-1 of this version on the same pictures. */
  readonly after: number;
}

/** What the model says of a held-out picture. */
export interface HeldOutAnswer {
  readonly name: string;
  /** Class that it belongs to. */
  readonly label: string;
  readonly predicted: string;
  /** 0..1, of the predicted class. */
  readonly score: number;
  /** Whether it counts as like none of the training pictures. */
  readonly unknown: boolean;
}

/** All that is known about a trained model. `report.json` is this, `report.html` shows it. */
export interface TrainingReport {
  readonly schema: 1;
  readonly id: string;
  readonly version: number;
  /** ISO 8601. */
  readonly createdAt: string;
  /** To repeat it. */
  readonly command: string;
  readonly data: {
    readonly path: string;
    readonly layout: TrainingLayout;
    readonly divided: boolean;
    readonly classes: readonly ClassCount[];
    readonly findings: readonly Finding[];
    readonly suspects: readonly SuspectLabel[];
    readonly notices: readonly string[];
  };
  readonly backbone: { readonly id: string; readonly features: number; readonly note?: string };
  readonly head: {
    readonly kind: HeadKind;
    readonly lambda?: number;
    readonly path: readonly PathPoint[];
    readonly temperature: number;
    readonly thresholds: readonly number[];
    /** Top-1 on training pictures, each by a fit that had not seen it. */
    readonly outOfFold: number;
  };
  readonly candidates: readonly Candidate[];
  readonly level: 'head' | 'fine-tune';
  readonly curve: readonly FineTuneEpoch[];
  /** Part that the figures below are from. */
  readonly heldOut: 'test' | 'validation';
  readonly measures: Measures;
  /** What was said of each held-out picture, by name: a cell of the confusion matrix is a choice of these. */
  readonly answers: readonly HeldOutAnswer[];
  readonly unknown: UnknownMeasures;
  readonly comparison?: Comparison;
  readonly model: {
    readonly bytes: number;
    readonly licence: string;
    /** Milliseconds of decoding and inference for a picture, median. */
    readonly pictureMs: number;
    /** Largest difference between the exported model's scores and those of training, on held-out pictures. */
    readonly difference: number;
    readonly checked: number;
  };
  readonly seed: number;
  readonly durationMs: number;
}
