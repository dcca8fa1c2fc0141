import { createEngine } from '../../../engine/engine.ts';
import type { Engine } from '../../../engine/types.ts';
import type { LocalModel } from '../../../models/types.ts';
import { locateModel } from './locate-model.ts';
import { retried } from './retried.ts';
import type { OpeningSession } from './thread-session.ts';
import type { PackedFunction } from './types.ts';

/**
 * The session of a server that answers many requests at a time: the engine's pool and line.
 *
 * @param packed what the archive knows
 * @param folder of the unpacked archive
 */
export function openEngineSession(
  packed: PackedFunction,
  folder: string,
): OpeningSession & { readonly engine: Engine } {
  const engine = createEngine({ backend: packed.backend });
  const extraOutputs = packed.manifest.embedding ? [packed.manifest.embedding.tensor] : [];
  const isEmbedder = packed.manifest.task === 'embed';
  const locate = retried(() => locateModel(packed, folder));
  const model = async (): Promise<LocalModel> => ({
    manifest: packed.manifest,
    path: await locate(),
    origin: 'embedded',
  });
  const session = retried(async () => engine.open(await model(), isEmbedder ? { extraOutputs } : {}));
  // On its way before the first request; whoever needs it hears of a failure.
  session().catch(() => {});
  return { engine, model, session };
}
