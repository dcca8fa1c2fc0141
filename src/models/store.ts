/**
 * The model store: which models there are, where they lie, and how they get here.
 *
 * @module
 */
import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { PictorError } from '../errors.ts';
import { requireIntact } from './check-files.ts';
import { manifestBeside, type PlacedManifest, readManifest } from './manifest-file.ts';
import type { LocalModel } from './types.ts';

/**
 * Opens the store.
 *
 * @example
 * const model = await openModelStore().resolve('./my-model.onnx');
 */
export function openModelStore() {
  return {
    async resolve(reference: string, options: { readonly signal?: AbortSignal } = {}): Promise<LocalModel> {
      const placed = await placeByPath(reference);
      await requireIntact(placed, 'Fetch the file again, or correct the manifest', options);
      return { manifest: placed.manifest, path: placed.path, origin: 'path' };
    },
  };
}

async function placeByPath(reference: string): Promise<PlacedManifest> {
  const found = await stat(reference).catch(() => undefined);
  if (!found) {
    throw new PictorError('MODEL_UNKNOWN', { expected: 'a model', received: `no file at ${reference}` });
  }
  if (found.isDirectory()) return readManifest(join(reference, 'manifest.json'));
  if (!reference.endsWith('.onnx')) return readManifest(reference);
  const placed = await manifestBeside(resolve(reference));
  if (placed) return placed;
  const own = reference.replace(/\.onnx$/, '.manifest.json');
  throw new PictorError('MODEL_MANIFEST_INVALID', {
    expected: `${own} or manifest.json beside the model`,
    received: 'neither',
    fix: 'Write one, or add the model with: pictor models add',
  });
}
