import { createEngine } from '../../../engine/engine.ts';
import type { Engine } from '../../../engine/types.ts';
import type { LocalModel } from '../../../models/types.ts';
import { locateModel } from './locate-model.ts';
import type { OpeningSession } from './thread-session.ts';
import type { PackedFunction } from './types.ts';

/**
 * The session of a server that answers many requests at a time: the engine's pool, line and batches.
 *
 * @param packed what the archive knows
 * @param folder of the unpacked archive
 */
export function openEngineSession(
  packed: PackedFunction,
  folder: string,
): OpeningSession & { readonly engine: Engine } {
  const engine = createEngine({ backend: packed.backend });
  const model = locateModel(packed, folder).then(
    (path): LocalModel => ({ manifest: packed.manifest, path, origin: 'embedded' }),
  );
  const extraOutputs = packed.manifest.embedding ? [packed.manifest.embedding.tensor] : [];
  const isEmbedder = packed.manifest.task === 'embed';
  const session = model.then((local) => engine.open(local, isEmbedder ? { extraOutputs } : {}));
  return { engine, model, session };
}
