/**
 * Models in other formats, and smaller ones: what `pictor models import` and `quantize` do, for programs.
 *
 * @module
 */
export {
  type ImportedModel,
  type ImportModelOptions,
  importModel,
  type ModelFormat,
} from './import-model.ts';
export { inspectModel, type ModelInspection } from './inspect-model.ts';
export type { CalibrationMethod } from './quantize/calibrate.ts';
export type { Comparison } from './quantize/compare.ts';
export { type QuantizedLocal, type QuantizeLocalOptions, quantizeLocal } from './quantize/quantize-local.ts';
export type { PixelRange } from './recipe/pixels.ts';
