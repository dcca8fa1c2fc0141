/**
 * Pictor: image recognition as a function.
 *
 * @module
 */

// A model by name.

export {
  type DefaultModelOptions,
  defaultModel,
  localModelFor,
} from './tasks/default-model.ts';
export { type AnyRecognizer, type LoadOptions, load, loadLocal } from './tasks/load.ts';
export type { RecognizerByTask, Tagger, TaskName } from './tasks/registry.ts';

// A model over a session of one's own.

export { type Classifier, createClassifier } from './tasks/classify/classify.ts';
export { type CropsAnswer, type CropsOptions, createDetector, type Detector } from './tasks/detect/detect.ts';
export { createEmbedder, type Embedder } from './tasks/embed/embed.ts';
export { createModerator, type Moderator, VERDICT_THRESHOLDS } from './tasks/moderate/moderate.ts';
export type * from './tasks/types.ts';

// Pictures.

export { type AnnotateOptions, type Annotation, annotate } from './image/draw/annotate.ts';
export { type CropOptions, cropBoxes } from './image/draw/crop.ts';
export { type CropHint, cropHints } from './image/properties/crop-hints.ts';
export {
  type ImageProperties,
  imageProperties,
  type PropertiesOptions,
} from './image/properties/image-properties.ts';
export type { FrameCounts, ImageLimits, ImageSource, PictureFormat, PictureInfo } from './image/types.ts';

// Models.

export type { Manifest, ManifestInput, Task } from './models/manifest/manifest.ts';
export { type ModelStoreOptions, openModelStore } from './models/store/store.ts';
export type * from './models/types.ts';

// The engine.

export { createEngine } from './engine/engine.ts';
export type { EngineEvent, EngineStats } from './engine/stats/types.ts';
export type * from './engine/types.ts';

// How good a model is.

export {
  type ClassificationReport,
  evaluateClassifier,
  type LabelledPicture,
} from './evaluation/classifier.ts';
export { type Dataset, type DatasetOptions, openDataset } from './evaluation/datasets/open-dataset.ts';
export { parseYoloText } from './evaluation/datasets/yolo-text.ts';
export {
  type AnnotatedPicture,
  type DetectionReport,
  evaluateDetector,
} from './evaluation/detector.ts';
export type { EvaluateOptions } from './evaluation/run-over.ts';

// Tracking and video.

export { evaluateTracks } from './evaluation/tracking/evaluate-tracks.ts';
export { readSequences, type TrackingSequence } from './evaluation/tracking/sequences.ts';
export type { TrackBox, TrackedFrame, TrackingMeasures } from './evaluation/tracking/types.ts';
export type { LineInput, ZoneInput } from './video/analytics/options.ts';
export { type OpenVideoOptions, openVideo } from './video/open-video.ts';
export {
  type AnnotatedVideo,
  type AnnotatedVideoOptions,
  openAnnotatedVideo,
} from './video/output/annotated-video.ts';
export { openResultWriter } from './video/output/open-result-writer.ts';
export type { ResultWriter } from './video/output/result-writer.ts';
export { openVideoWriter, type VideoWriter, type VideoWriterOptions } from './video/output/video-writer.ts';
export {
  type AnalyzedFrame,
  type TrackOptions,
  track,
  type VideoCallbacks,
  type VideoRun,
} from './video/track.ts';
export { createTracker } from './video/tracker/create-tracker.ts';
export { evaluateTracker, type TrackingReport } from './video/tracker/evaluate-tracker.ts';
export type * from './video/tracker/types.ts';
export type * from './video/types.ts';
export { type WatchOptions, type WatchRun, watch } from './video/watch.ts';

// Errors.

export { ERROR_TABLE, type ErrorCode, isPictorError, PictorError } from './errors.ts';
