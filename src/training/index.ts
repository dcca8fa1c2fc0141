/**
 * Training, for programs: what `pictor train` does.
 *
 * @module
 */
export { type CheckedDataset, type CheckOptions, checkTrainingData } from './check.ts';
export type { Finding, FindingKind, SuspectLabel } from './checks/types.ts';
export type { Part, TrainingLayout } from './data/types.ts';
export { addPictures, removeClasses } from './extend.ts';
export type {
  Augmentation,
  FineTuneEpoch,
  FineTuneOptions,
  FineTunePlan,
  FineTuneProgress,
  OptimizerSpec,
  TrainedLayers,
} from './fine-tune/types.ts';
export type { PathPoint } from './head/logistic-regression.ts';
export type {
  ClassCount,
  ClassWeights,
  HeadKind,
  TrainEnvironment,
  TrainEvent,
  TrainOptions,
  TrainProgress,
} from './options.ts';
export type { ClassMeasures, Measures, Mistake, ReliabilityBin } from './report/measures.ts';
export type {
  Candidate,
  Comparison,
  HeldOutAnswer,
  RocMeasures,
  TrainingReport,
  UnknownMeasures,
} from './report/types.ts';
export { type TrainResult, train } from './train.ts';
export { type ModelVersion, openVersions } from './versions/open-versions.ts';
