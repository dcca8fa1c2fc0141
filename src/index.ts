/**
 * Pictor: image recognition as a function.
 *
 * @module
 */
export { ERROR_TABLE, type ErrorCode, isPictorError, PictorError } from './errors.ts';
export { type Classifier, createClassifier } from './tasks/classify.ts';
export { type DefaultModelOptions, defaultModel } from './tasks/default-model.ts';
export { createDetector, type Detector } from './tasks/detect.ts';
export { createEmbedder, type Embedder } from './tasks/embed.ts';
export { evaluateClassifier } from './tasks/evaluation/classifier.ts';
export { parseYoloText } from './tasks/evaluation/datasets/yolo-text.ts';
export { evaluateDetector } from './tasks/evaluation/detector.ts';
export { type AnyRecognizer, type LoadOptions, load } from './tasks/load.ts';
export { createModerator, type Moderator, VERDICT_THRESHOLDS } from './tasks/moderate.ts';
export type * from './tasks/types.ts';
