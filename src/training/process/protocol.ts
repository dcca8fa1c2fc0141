import type { WireError } from '../../engine/worker/protocol.ts';
import type { TrainOptions, TrainProgress } from '../options.ts';
import type { TrainingReport } from '../report/types.ts';

/** A training as it is handed to a process of its own. */
export interface TrainJob {
  /** Folder that the process works in; the data set is named relative to it, also in the report. */
  readonly folder: string;
  /** Data set, relative to the folder. */
  readonly path: string;
  /** Zip archive that is unpacked to `path` first, absolute. */
  readonly archive?: string;
  readonly options: Omit<TrainOptions, 'store' | 'engine' | 'onProgress' | 'onNotice' | 'signal'>;
}

/** What the process gives back. */
export interface TrainOutcome {
  readonly id: string;
  readonly version: number;
  readonly report: TrainingReport;
  /** Folder of the version, with `report.html`. */
  readonly folder: string;
}

export type ToTrainProcess = { readonly type: 'train'; readonly job: TrainJob } | { readonly type: 'abort' };

export type FromTrainProcess =
  | { readonly type: 'progress'; readonly progress: TrainProgress }
  | { readonly type: 'notice'; readonly notice: string }
  | { readonly type: 'done'; readonly outcome: TrainOutcome }
  | { readonly type: 'failed'; readonly error: WireError };
