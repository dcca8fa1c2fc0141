/**
 * Where the model of an archive goes: inside, into a layer, or nowhere when it is fetched at the start.
 *
 * @module
 */
import { cp, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { PictorError } from '../../errors.ts';
import type { LocalModel } from '../../models/types.ts';
import type { PackedModelPlace } from './runtime/types.ts';
import type { PackOptions, PackTarget } from './types.ts';

/** Folder of the model in the archive and in the layer. */
const FOLDER = 'model';

/**
 * Puts the files of a model where the target looks for them.
 *
 * @param model verified
 * @param folder that becomes the archive
 * @param layer that becomes the layer's archive; used only with `modelLayer`
 * @throws OPTION_INVALID for a model of several files that is to be fetched
 */
export async function placeModel(
  model: LocalModel,
  target: PackTarget,
  options: Pick<PackOptions, 'modelLayer' | 'modelUrl'>,
  folder: string,
  layer: string,
): Promise<PackedModelPlace> {
  const { files } = model.manifest;
  const [graph] = files;
  if (graph === undefined) throw new PictorError('MODEL_MANIFEST_INVALID', { received: 'no files' });
  if (options.modelUrl !== undefined) {
    if (files.length > 1) {
      throw new PictorError('OPTION_INVALID', {
        expected: '--model-url with a model of one file',
        received: `${model.manifest.id} of ${files.length} files`,
        fix: 'Use --model-layer',
      });
    }
    return { kind: 'url', url: options.modelUrl };
  }
  const root = options.modelLayer === true ? layer : folder;
  for (const [i, file] of files.entries()) {
    const to = join(root, FOLDER, file.path);
    await mkdir(dirname(to), { recursive: true });
    await cp(i === 0 ? model.path : join(dirname(model.path), file.path), to, { dereference: true });
  }
  const path = `${FOLDER}/${graph.path}`;
  if (options.modelLayer !== true) return { kind: 'archive', file: path };
  return { kind: 'layer', file: `${target.platform.layerFolder}/${path}` };
}
