/**
 * What the examples in comments find when they are run: the picture that lies beside them as `photo.jpg`, and the models
 * that the package carries.
 */
import { deepStrictEqual } from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import {
  createEngine,
  evaluateDetector,
  load,
  loadLocal,
  openModelStore,
  PictorError,
  parseYoloText,
} from '../../src/index.ts';
import { requestBody } from '../../src/load-test/request-body.ts';
import { resolveLabels } from '../../src/models/labels/index.ts';

export {
  createEngine,
  evaluateDetector,
  load,
  loadLocal,
  openModelStore,
  PictorError,
  parseYoloText,
  readFile,
  requestBody,
  resolveLabels,
  writeFile,
};

export const store = openModelStore();
export const model = await store.resolve('centernet');
export const manifest = model.manifest;
export const detector = await load('centernet', { task: 'detect' });
export const moderator = await load('nsfw-mobilenetv2', { task: 'moderate' });
export const bytes: Uint8Array<ArrayBuffer> = new Uint8Array(await readFile('photo.jpg'));
export const jpegBytes = bytes.slice();
export const jpeg = bytes.slice();

/** Holds an example to what it says of a value. */
export function claim(where: string, found: unknown, said: unknown): void {
  deepStrictEqual(JSON.parse(JSON.stringify(found)), said, where);
  console.log(`held: ${where}`);
}
