import type { Matrix } from '../matrix.ts';

/** Pictures to fit on. */
export interface TrainingSet {
  readonly features: Matrix;
  readonly labels: Int32Array;
  readonly classes: number;
  /** Fold that each picture is held out in. */
  readonly folds: Int32Array;
  readonly importance: Float32Array;
}
