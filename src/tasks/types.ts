import type { Timings } from '../engine/types.ts';
import type { FetchOptions } from '../image/sources/fetch/guarded-fetch.ts';
import type { ImageLimits, ImageSource, PictureInfo } from '../image/types.ts';

/** A label in both languages. */
export interface Label {
  /** The model's own class index, 0-based, background not counted. */
  readonly index: number;
  /** Short English name as ImageAI prints it, e.g. `Irish_terrier`. */
  readonly label: string;
  /** Chinese name. */
  readonly zh?: string;
  /** WordNet id, for ImageNet classes. */
  readonly synset?: string;
  readonly synonyms?: readonly string[];
}

/** One class and its score, 0..1. */
export interface Prediction extends Label {
  readonly score: number;
}

/** A rectangle in pixels of the upright original picture. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** One found object. */
export interface Detection extends Prediction {
  readonly box: Box;
  /** 0-based frame of an animation where it was found; absent for a picture that stands still. */
  readonly frame?: number;
}

interface AnswerBase {
  readonly model: string;
  readonly picture: PictureInfo;
  readonly timings: Timings;
}

/** Whether a picture is like those that the model was trained on. */
export interface Familiarity {
  /** True when the picture is like none of them: whatever the scores say, it is probably of no class. */
  readonly unknown: boolean;
  /** Class of the most similar picture that the model was trained on. */
  readonly nearest: Label;
  /** How far away that is: 0 for the same picture, above the model's threshold for an unknown one. */
  readonly distance: number;
}

/** Answers of models that can tell an unknown picture also say whether this is one. */
export interface Classification extends AnswerBase, Partial<Familiarity> {
  /** Best first; ties in class order. */
  readonly predictions: readonly Prediction[];
}

export interface DetectionAnswer extends AnswerBase {
  /** Best first. */
  readonly detections: readonly Detection[];
}

/** One thing the picture shows, as tagging services say it. */
export interface Tag {
  /** Stable id of the class, the same in every model and label set that has it, e.g. `/w/n02093991`. */
  readonly id: string;
  readonly label: string;
  readonly zh?: string;
  /** 0..1. */
  readonly score: number;
  readonly category: { readonly en: string; readonly zh: string };
  /** Broader terms, nearest first. */
  readonly parents: readonly { readonly en: string; readonly zh: string }[];
  /** Where it is, when the model knows; empty otherwise. */
  readonly instances: readonly { readonly score: number; readonly box: Box }[];
}

export interface TagAnswer extends AnswerBase, Partial<Familiarity> {
  /** Best first; none for a picture that is unknown to the model. */
  readonly tags: readonly Tag[];
}

export type Verdict = 'pass' | 'review' | 'block';

export interface Moderation extends AnswerBase {
  /** The worst of the frames that were read; `review` instead of `pass` where frames stayed unread. */
  readonly verdict: Verdict;
  /** 0-based frame of an animation that the scores belong to: the worst of those that were read. */
  readonly frame?: number;
  /** 0..1 for each class of the model. */
  readonly scores: Readonly<Record<string, number>>;
  readonly predictions: readonly Prediction[];
}

export interface Embedding extends AnswerBase {
  readonly vector: Float32Array;
}

/** Options of every call. */
export interface CallOptions {
  readonly signal?: AbortSignal;
  /** Milliseconds from now after which the answer is worth nothing. */
  readonly deadlineMs?: number;
  /** Whose work it is, for fairness between clients. */
  readonly client?: string;
  /** Bounds on the pictures (default: the engine's). */
  readonly limits?: Partial<ImageLimits>;
  /** Whether pictures may be fetched from http(s) addresses, and within which bounds (default false). */
  readonly urls?: boolean | FetchOptions;
  /**
   * Frames of an animated GIF or WebP to read, spread evenly, 1 to 1000 (default 1; `moderate`: 32). `picture.frames`
   * of the answer says how many there are and how many were read.
   */
  readonly frames?: number;
}

/** One picture in, one answer out; an array in, an array out. */
export interface Recognize<Options, Answer> {
  (image: ImageSource, options?: Options): Promise<Answer>;
  (images: readonly ImageSource[], options?: Options): Promise<Answer[]>;
}

export interface ClassifyOptions extends CallOptions {
  /** Number of predictions, at least 1 (default 5); a model with fewer classes gives them all. */
  readonly topK?: number;
  /** 0..1 (default 0). */
  readonly minScore?: number;
}

export interface DetectOptions extends CallOptions {
  /** 0..1 (default 0.3). */
  readonly minScore?: number;
  /** 1..1000 (default 100). */
  readonly maxDetections?: number;
  /** Overlap above which the weaker of two boxes of a class goes, 0..1 (default from the manifest). */
  readonly iouThreshold?: number;
  /** Only these labels (English or Chinese). */
  readonly include?: readonly string[];
  /** Not these labels. */
  readonly exclude?: readonly string[];
}

export interface TagOptions extends CallOptions {
  /** Number of tags (default 10). */
  readonly maxTags?: number;
  /** 0..1 (default 0.1 for classifiers, 0.3 for detectors, each class's own threshold for models that have some). */
  readonly minScore?: number;
  /** Only these labels or categories (English or Chinese). */
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
}

export interface EmbedOptions extends CallOptions {
  /** Scale to length 1 (default false). */
  readonly normalize?: boolean;
}
