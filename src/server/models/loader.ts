import type { Engine } from '../../engine/types.ts';
import { isPictorError } from '../../errors.ts';
import { MODEL_TASKS } from '../../models/manifest/model-tasks.ts';
import type { LocalModel, ModelStore } from '../../models/types.ts';
import { defaultModel } from '../../tasks/default-model.ts';
import { embeddingTensor } from '../../tasks/embed/embed.ts';
import { abilitiesOf, withoutOutput } from '../../tasks/registry.ts';
import type { Logger } from '../observe/logger.ts';
import type { ModelLoader } from './types.ts';

export interface LoaderOptions {
  readonly store: Pick<ModelStore, 'list' | 'resolve' | 'pull'> & Partial<Pick<ModelStore, 'defaults'>>;
  readonly engine: Pick<Engine, 'open' | 'subscribe' | 'close'>;
  /** Whether closing the loader closes the engine. */
  readonly ownsEngine: boolean;
  /** Whether a model that is not on this machine may be downloaded while the server starts. */
  readonly pull: boolean;
  /** Whether classifiers give embeddings as well, which costs a look into the graph (default true). */
  readonly embeddings?: boolean | undefined;
  readonly logger: Logger;
}

/**
 * Brings models from the store through the engine into recognizers.
 *
 * One session serves every task of a model: the tensor that embeddings come from is opened as an extra output, which
 * only embedding asks for.
 */
export function createModelLoader(options: LoaderOptions): ModelLoader {
  const { store, engine, pull, logger } = options;

  async function find(reference: string, signal: AbortSignal): Promise<LocalModel> {
    try {
      return await store.resolve(reference, { signal });
    } catch (error) {
      if (!pull || !isPictorError(error) || error.code !== 'MODEL_NOT_LOCAL') throw error;
      logger.info({ model: reference }, 'downloading model');
      return store.pull(reference, { signal });
    }
  }

  async function featureTensor(model: LocalModel): Promise<string | undefined> {
    const { task } = model.manifest;
    if (task !== 'embed' && (task !== 'classify' || options.embeddings === false)) return undefined;
    try {
      return await embeddingTensor(model);
    } catch (error) {
      if (model.manifest.task === 'embed' || !isPictorError(error)) throw error;
      logger.info({ model: model.manifest.id, error: error.message }, 'model gives no embeddings');
      return undefined;
    }
  }

  return {
    async defaults(signal) {
      const { manifest, origin, path } = await defaultModel(store, {
        allowPull: pull,
        onNotice: (notice) => logger.warn({}, notice),
        signal,
      });
      const chosen = origin === 'path' ? path : manifest.id;
      // What the package carries anyway costs no download: with it, every route answers on a new machine.
      const embedded = (await store.list()).filter((listing) => listing.state === 'embedded');
      const choices = (await store.defaults?.()) ?? {};
      const preferred = MODEL_TASKS.flatMap((task) => choices[task] ?? []);
      const rest = embedded.filter(
        ({ manifest: { task } }) => task !== manifest.task && choices[task] === undefined,
      );
      return [...new Set([chosen, ...preferred, ...rest.map((listing) => listing.manifest.id)])];
    },
    async load(reference, { signal, onWarming, onChanged }) {
      const model = await find(reference, signal);
      const tensor = await featureTensor(model);
      const ignore = engine.subscribe((event) => {
        if (event.type !== 'session' || event.model !== model.manifest.id) return;
        if (event.state.kind === 'warming') onWarming();
      });
      const session = await engine
        .open(model, { signal, ...(tensor === undefined ? {} : { extraOutputs: [tensor] }) })
        .finally(ignore);
      const stopListening = engine.subscribe((event) => {
        if (event.type === 'model-unusable' && event.session === session.id) onChanged(event.error);
      });
      const close = () => {
        stopListening();
        return session.close();
      };
      try {
        const { id } = model.manifest;
        const abilities = abilitiesOf(session, tensor);
        const plain = tensor === undefined ? session : withoutOutput(session, tensor);
        return { id, manifest: model.manifest, abilities, session: plain, close };
      } catch (error) {
        await close();
        throw error;
      }
    },
    async close() {
      if (options.ownsEngine) await engine.close();
    },
  };
}
