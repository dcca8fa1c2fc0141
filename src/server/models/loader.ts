import type { Engine, Session } from '../../engine/types.ts';
import { isPictorError } from '../../errors.ts';
import { uniqueNames } from '../../models/labels/index.ts';
import type { LocalModel, ModelStore } from '../../models/types.ts';
import { createClassifier } from '../../tasks/classify/classify.ts';
import { defaultModel } from '../../tasks/default-model.ts';
import { createDetector } from '../../tasks/detect/detect.ts';
import { createEmbedder, embeddingTensor } from '../../tasks/embed/embed.ts';
import { createModerator } from '../../tasks/moderate/moderate.ts';
import type { Logger } from '../observe/logger.ts';
import type { LoadedModel, ModelLoader } from './types.ts';

export interface LoaderOptions {
  readonly store: Pick<ModelStore, 'list' | 'resolve' | 'pull'>;
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
      const others = embedded.filter((listing) => listing.manifest.task !== manifest.task);
      return [chosen, ...others.map((listing) => listing.manifest.id)];
    },
    async load(reference, { signal, onWarming }) {
      const model = await find(reference, signal);
      const tensor = await featureTensor(model);
      const ignore = engine.subscribe((event) => {
        if (event.type !== 'session' || event.model !== model.manifest.id) return;
        if (event.state.kind === 'warming') onWarming();
      });
      const session = await engine
        .open(model, { signal, ...(tensor === undefined ? {} : { extraOutputs: [tensor] }) })
        .finally(ignore);
      try {
        return abilitiesOf(session, tensor);
      } catch (error) {
        await session.close();
        throw error;
      }
    },
    async close() {
      if (options.ownsEngine) await engine.close();
    },
  };
}

function abilitiesOf(session: Session, tensor: string | undefined): LoadedModel {
  const { manifest } = session.model;
  const { id, task } = manifest;
  const plain = withoutOutput(session, tensor);
  const embed = tensor === undefined ? undefined : createEmbedder(session, tensor).embed;
  const base = {
    id,
    manifest,
    session: plain,
    ...(embed === undefined ? {} : { embedder: { id, embed } }),
    close: () => session.close(),
  };
  if (task === 'classify') {
    const { classify, tag, labels } = createClassifier(plain);
    return { ...base, classifier: { id, names: uniqueNames(labels), classify }, tagger: { id, task, tag } };
  }
  if (task === 'detect') {
    const { detect, tag } = createDetector(plain);
    return { ...base, detector: { id, detect }, tagger: { id, task, tag } };
  }
  if (task === 'moderate') return { ...base, moderator: { id, moderate: createModerator(plain).moderate } };
  return base;
}

/** The session as it would be without an extra output: what nobody asked for is not copied out of the worker. */
function withoutOutput(session: Session, tensor: string | undefined): Session {
  const outputs = session.outputs.filter(({ name }) => name !== tensor);
  if (outputs.length === session.outputs.length || outputs.length === 0) return session;
  const names = outputs.map(({ name }) => name);
  return {
    model: session.model,
    backend: session.backend,
    get state() {
      return session.state;
    },
    inputs: session.inputs,
    outputs,
    ...(session.limits && { limits: session.limits }),
    infer: (picture, options) => session.infer(picture, { outputs: names, ...options }),
    run: (feeds, options) => session.run(feeds, { outputs: names, ...options }),
    close: () => session.close(),
    [Symbol.asyncDispose]: () => session.close(),
  };
}
