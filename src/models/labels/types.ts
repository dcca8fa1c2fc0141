/** One class of a label set. */
export interface LabelRecord {
  /** Class index, 0-based, background not counted. */
  readonly index: number;
  /** English name; in ImageNet the short name with underscores, e.g. `Irish_terrier`. */
  readonly label: string;
  /** Chinese name (simplified). */
  readonly zh?: string;
  /** WordNet id, e.g. `n02093991`, for ImageNet classes. */
  readonly synset?: string;
  /** Other names of the same thing, the label itself left out. */
  readonly synonyms?: readonly string[];
}

/** Names of the built-in label sets. */
export type LabelSet = 'imagenet-1k' | 'coco-80' | 'coco-91' | 'nsfw-5';
