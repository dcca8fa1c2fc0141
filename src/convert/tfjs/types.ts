import type { DescribeOptions } from '../recipe/describe.ts';

/** A TensorFlow.js model as bytes. */
export interface TfjsFiles {
  /** `model.json`. */
  readonly modelJson: Uint8Array;
  /** The weights files by path, as `model.json` names them. */
  readonly shards: ReadonlyMap<string, Uint8Array>;
}

/** Pixels are −1..1 where neither the caller nor the graph says something else; pictures are squashed. */
export interface TfjsImportOptions extends DescribeOptions {
  /** Names of the outputs to keep (default all). */
  readonly outputs?: readonly string[];
}
