/**
 * The content-safety model that Pictor carries, in the library that it was made for.
 *
 * @module
 */
import { fileURLToPath } from 'node:url';
import type { BenchModel } from '../contenders/contender.ts';
import { type InProcessResult, inProcess } from './in-process.ts';
import type { Settings } from './settings.ts';

const folder = fileURLToPath(new URL('../../models/nsfw-mobilenetv2/', import.meta.url));

const MODEL: BenchModel = {
  id: 'nsfw-mobilenetv2',
  path: `${folder}model.onnx`,
  manifest: `${folder}manifest.json`,
  input: 'input',
  output: 'output',
  size: 224,
  scale: 1 / 255,
  mean: [0, 0, 0],
  std: [1, 1, 1],
  channelOrder: 'RGB',
};

export function tensorflowJs(settings: Settings): Promise<InProcessResult> {
  return inProcess(MODEL, ['pictor', 'tfjs'], settings, { trained: false, ceiling: false });
}
