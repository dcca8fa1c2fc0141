/**
 * What the steps of a training hand on.
 *
 * @module
 */
import type { Engine } from '../engine/types.ts';
import type { LocalModel } from '../models/types.ts';
import type { PreparedData } from './data/prepare-data.ts';
import type { TappedBackbone } from './features/choose-taps.ts';
import type { FineTuneEpoch, FineTuneOptions } from './fine-tune/types.ts';
import type { FitOptions, FittedModel } from './fit-model.ts';
import type { Matrix } from './matrix.ts';
import type { TrainEvent, TrainProgress } from './options.ts';
import type { Candidate, Comparison, TrainingReport } from './report/types.ts';
import type { VersionStore } from './versions/version-store.ts';

/** A model that was trained. */
export interface TrainResult {
  readonly id: string;
  readonly version: number;
  /** As the store gives it. */
  readonly model: LocalModel;
  readonly report: TrainingReport;
  /** Folder of the version, with `report.html`. */
  readonly folder: string;
}

/** Everything that a training needs, resolved. */
export interface TrainContext extends FitOptions {
  readonly id: string;
  readonly engine: Engine;
  readonly versions: VersionStore;
  readonly cacheFolder: string;
  readonly backbone: TappedBackbone;
  /** Id of the model that the features come from. */
  readonly backboneName: string;
  /** What a better backbone would bring. */
  readonly note?: string;
  readonly dataPath: string;
  readonly testShare: number;
  readonly fineTune: FineTuneOptions | undefined;
  /** Folder of pictures of no class. */
  readonly unknown?: string;
  /** Milliseconds since 1970. */
  readonly started: number;
  readonly command: string;
  /** Compares with the version before, once the new one is fitted. */
  readonly compare?: (
    fitted: FittedModel,
    features: Matrix,
    data: PreparedData,
  ) => Promise<Comparison | undefined>;
  readonly onProgress?: (progress: TrainProgress) => void;
  readonly onEvent?: (event: TrainEvent) => void;
  readonly onNotice?: (notice: string) => void;
}

/** What was tried besides the head. */
export interface FineTuned {
  readonly level: 'head' | 'fine-tune';
  readonly candidates: readonly Candidate[];
  readonly curve: readonly FineTuneEpoch[];
}

/** A fitted model and how it came about. */
export interface Delivered extends FineTuned {
  readonly fitted: FittedModel;
  readonly features: Matrix;
  readonly backbone: TappedBackbone;
  /** Rows that it learnt from. */
  readonly trainRows: readonly number[];
}
