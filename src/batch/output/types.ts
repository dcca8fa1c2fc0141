import type { BatchPlan, BatchRow } from '../types.ts';

/** A piece of a file. Pieces of one file follow each other. */
export interface Piece {
  /** Relative to the output folder; for formats of one file, its name. */
  readonly file: string;
  readonly content: string | Uint8Array;
}

export interface OutputProfile {
  /** Whether `--out` is a folder that the files go into, or the one file. */
  readonly kind: 'file' | 'folder';
  readonly about: string;
  write(rows: AsyncIterable<BatchRow>, plan: BatchPlan): AsyncGenerator<Piece>;
}
