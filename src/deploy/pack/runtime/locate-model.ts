import { stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { resolve } from 'node:path';
import { PictorError } from '../../../errors.ts';
import type { ModelFile } from '../../../models/manifest/manifest.ts';
import { fetchModel, hashOf, mismatch } from './fetch-model.ts';
import type { PackedFunction } from './types.ts';

/**
 * Finds the graph of a packed function. In the archive it was checked when it was packed; from anywhere else it must
 * have the pinned hash. `PICTOR_MODEL_PATH` names another place for a model that is not in the archive, `PICTOR_MODEL_URL`
 * another address for one that is fetched: one with a password, which does not belong in an archive.
 *
 * @param packed what the archive knows
 * @param folder of the unpacked archive
 * @param temporary where a fetched model is kept (default: the system's temporary folder)
 * @returns an absolute path
 * @throws MODEL_NOT_LOCAL, MODEL_HASH_MISMATCH, MODEL_DOWNLOAD_FAILED
 */
export async function locateModel(
  packed: PackedFunction,
  folder: string,
  temporary = tmpdir(),
): Promise<string> {
  const { model, manifest } = packed;
  const [graph] = manifest.files;
  if (graph === undefined) throw new PictorError('MODEL_MANIFEST_INVALID', { received: 'no files' });
  const own = process.env.PICTOR_MODEL_PATH;
  if (model.kind !== 'archive' && own) return checked(own, graph, true);
  if (model.kind === 'url') return fetchModel(process.env.PICTOR_MODEL_URL || model.url, graph, temporary);
  return checked(resolve(folder, model.file), graph, model.kind === 'layer');
}

async function checked(path: string, graph: ModelFile, hashed: boolean): Promise<string> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) {
    throw new PictorError('MODEL_NOT_LOCAL', {
      expected: `the model at ${path}`,
      received: 'nothing there',
      fix: 'Attach the layer with the model to the function, or pack again',
    });
  }
  if (found.size !== graph.bytes || (hashed && (await hashOf(path)) !== graph.sha256)) {
    throw mismatch(graph, path);
  }
  return path;
}
