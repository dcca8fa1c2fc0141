import type { ZodType } from 'zod';
import type { TensorMap } from '../../../engine/types.ts';

/** A candidate: corners in the decoder's space, score 0..1, class index without background. */
export interface Candidate {
  readonly x1: number;
  readonly y1: number;
  readonly x2: number;
  readonly y2: number;
  readonly score: number;
  readonly classIndex: number;
}

/** What a decoder works on. */
export interface DecodeContext<Parameters> {
  readonly outputs: TensorMap;
  readonly parameters: Parameters;
  /** Size of the model's input, pixels. */
  readonly inputWidth: number;
  readonly inputHeight: number;
  /** Number of labels. */
  readonly classes: number;
  /** Candidates below may be left out. */
  readonly minScore: number;
}

/** One family of detector heads. */
export interface Decoder<Parameters> {
  readonly name: string;
  /** Checks the manifest's `output.parameters` and fills in the defaults. */
  readonly parameters: ZodType<Parameters>;
  /** Pixels of the model's input, or of the upright original. */
  readonly space: 'input' | 'original';
  /** Whether the graph leaves overlapping boxes for us to suppress. */
  readonly suppress: boolean;
  /** Overlap above which the weaker box goes, when neither caller nor manifest says (default 0.5). */
  readonly iouThreshold?: number;
  decode(context: DecodeContext<Parameters>): Candidate[];
}
