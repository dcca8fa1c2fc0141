import type { WireError } from '../../../engine/worker/protocol.ts';
import type { InputSpec } from '../../../image/input-spec.ts';
import type { FineTuneSettings } from '../options.ts';
import type {
  FineTunePlan,
  FineTuneProgress,
  FineTuneResult,
  LinearHead,
  TrainingPicture,
} from '../types.ts';

/** All that the process needs to know. */
export interface FineTuneJob {
  /** Absolute path of the backbone. */
  readonly model: string;
  readonly input: InputSpec;
  readonly head: LinearHead;
  readonly train: readonly TrainingPicture[];
  readonly validation: readonly TrainingPicture[];
  readonly settings: FineTuneSettings;
  /** Absolute path of the folder of checkpoints. */
  readonly folder: string;
  /** Whether checkpoints are worth writing: somebody may come back to the folder. */
  readonly keep: boolean;
}

/** What the process works out; the rest of the result the caller knows. */
export type FineTuneOutcome = Omit<FineTuneResult, 'plan' | 'durationMs'>;

export type ToProcess = { readonly type: 'job'; readonly job: FineTuneJob } | { readonly type: 'stop' };

export type FromProcess =
  | { readonly type: 'plan'; readonly plan: FineTunePlan }
  | { readonly type: 'progress'; readonly progress: FineTuneProgress }
  | { readonly type: 'done'; readonly outcome: FineTuneOutcome }
  | { readonly type: 'failed'; readonly error: WireError };
