/**
 * What the picture commands work with. Loaded when one of them runs, so that `--help` is quick.
 *
 * @module
 */
import { readSource } from '../../image/sources/read-source.ts';
import {
  renderClassification,
  renderDetections,
  renderEmbedding,
  renderModeration,
  renderTags,
} from '../render/answers.ts';
import { openRecognizer } from './open.ts';
import { runPictures } from './run-pictures.ts';

export const pictureTools = {
  openRecognizer,
  readSource,
  renderClassification,
  renderDetections,
  renderEmbedding,
  renderModeration,
  renderTags,
  runPictures,
} as const;

export type PictureTools = typeof pictureTools;
