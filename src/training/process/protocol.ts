import type { WireError } from '../../engine/worker/protocol.ts';
import type { CheckedDataset, CheckOptions } from '../check.ts';
import type { TrainEvent, TrainOptions, TrainProgress } from '../options.ts';
import type { TrainingReport } from '../report/types.ts';

/** A training as it is handed to a process of its own. */
export interface TrainJob {
  /** Folder that the process works in; the data set is named relative to it, also in the report. */
  readonly folder: string;
  /** Data set, relative to the folder. */
  readonly path: string;
  /** Zip archive that is unpacked to `path` first, absolute. */
  readonly archive?: string;
  readonly task: TrainTask;
}

/** What is done with the data set. */
export type TrainTask =
  | {
      readonly action: 'train';
      readonly options: Omit<
        TrainOptions,
        'store' | 'engine' | 'onProgress' | 'onEvent' | 'onNotice' | 'signal'
      >;
    }
  /** Adds its pictures to a model. */
  | { readonly action: 'add'; readonly id: string }
  /** Takes classes from a model; there is no data set. */
  | { readonly action: 'remove'; readonly id: string; readonly classes: readonly string[] }
  | { readonly action: 'check'; readonly options: Pick<CheckOptions, 'labels' | 'model' | 'seed'> };

/** What the process gives back. */
export type TrainOutcome =
  | ({ readonly kind: 'model' } & TrainedModel)
  | { readonly kind: 'checked'; readonly dataset: CheckedDataset };

/** A version that was made. */
export interface TrainedModel {
  readonly id: string;
  readonly version: number;
  readonly report: TrainingReport;
  /** Folder of the version, with `report.html`. */
  readonly folder: string;
}

export type ToTrainProcess =
  | { readonly type: 'train'; readonly job: TrainJob }
  /** Ends fine-tuning and keeps the best so far. */
  | { readonly type: 'finish' }
  | { readonly type: 'abort' };

export type FromTrainProcess =
  | { readonly type: 'progress'; readonly progress: TrainProgress }
  | { readonly type: 'event'; readonly event: TrainEvent }
  | { readonly type: 'notice'; readonly notice: string }
  | { readonly type: 'done'; readonly outcome: TrainOutcome }
  | { readonly type: 'failed'; readonly error: WireError };
