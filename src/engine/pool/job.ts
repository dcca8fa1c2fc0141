import type { PictorError } from '../../errors.ts';
import type { ImageLimits } from '../../image/types.ts';
import type { TensorMap } from '../types.ts';
import type { PictureResult } from '../worker/protocol.ts';

/** What a job carries to the worker. */
export type Payload =
  | {
      readonly kind: 'picture';
      readonly bytes: Uint8Array;
      readonly limits: ImageLimits;
      readonly frame: number;
    }
  | { readonly kind: 'tensors'; readonly feeds: TensorMap };

/** What comes back. */
export type JobResult =
  | ({ readonly kind: 'picture' } & PictureResult)
  | { readonly kind: 'tensors'; readonly outputs: TensorMap; readonly inferenceMs: number };

/** One inference on its way through queue and worker. Settles exactly once. */
export interface Job {
  readonly id: number;
  readonly session: number;
  readonly payload: Payload;
  readonly outputs: readonly string[] | undefined;
  readonly client: string;
  readonly pixels: number;
  readonly bytes: number;
  /** Bytes that decoding it may take at the peak. */
  readonly memory: number;
  /** On the clock of `monotonicNow`; moves later when a patient request joins. */
  readonly deadlineAt: number;
  /** Whether everybody who wanted it has gone. */
  readonly abandoned: boolean;
  /** Milliseconds that it will keep a worker busy, as far as is known. */
  costMs: number;
  /** When its answer is expected; undefined when nothing is known of such jobs. */
  expectedAt: number | undefined;
  /** Threads for its inference; undefined where the model always uses the same number. */
  threads: number | undefined;
  enqueuedAt: number;
  dispatchedAt: number;
  /** Times that a worker died holding it. */
  losses: number;
  readonly done: (result: JobResult) => void;
  readonly failed: (error: PictorError) => void;
}
