/**
 * The application inside an archive. It is written for the cold start: the inference worker starts first and loads the
 * model while this thread loads the HTTP application.
 *
 * @module
 */
import { createEngine } from '../../engine/engine.ts';
import type { Engine, Session } from '../../engine/types.ts';
import type { LocalModel, ModelStore } from '../../models/types.ts';
import type { App } from '../../server/app.ts';
import { locateModel } from './locate-model.ts';
import type { PackedFunction } from './types.ts';

/** What the entry of an archive works with. */
export type PackedApp = Pick<App, 'fetch' | 'close' | 'start'>;

/**
 * Starts the application of an archive. It answers requests at once; those that need the model wait for it.
 *
 * @param packed what the archive knows
 * @param folder of the unpacked archive
 */
export function openPackedApp(packed: PackedFunction, folder: string): PackedApp {
  const engine = createEngine({
    backend: packed.backend,
    ...(packed.oneAtATime && { workers: 1 }),
  });
  const model = locateModel(packed, folder).then(
    (path): LocalModel => ({ manifest: packed.manifest, path, origin: 'embedded' }),
  );
  // The first picture warms the model up: a function is started because one is waiting.
  const session = model.then((local) => engine.open(local, { warmUp: !packed.oneAtATime }));
  const app = assemble(packed, engine, model, session);
  // Both are awaited by every request; nobody may be listening yet when they fail.
  session.then(() => performance.mark('pictor:session')).catch(() => {});
  app.then(() => performance.mark('pictor:app')).catch(() => {});
  return {
    fetch: async (request, info) => (await app).fetch(request, info),
    start: async () => (await app).start(),
    async close(options) {
      await (await app).close(options);
      await engine.close();
    },
  };
}

async function assemble(
  packed: PackedFunction,
  engine: Engine,
  model: Promise<LocalModel>,
  session: Promise<Session>,
): Promise<App> {
  const [{ createApp }, { createModelLoader }, { loadConfiguration }, { lineLogger }] = await Promise.all([
    import('../../server/app.ts'),
    import('../../server/recognizers/loader.ts'),
    import('../../server/configuration/index.ts'),
    import('./line-logger.ts'),
  ]);
  const { models, ...configuration } = await loadConfiguration({ env: process.env });
  const logger = lineLogger(configuration.log.level);
  const store: Pick<ModelStore, 'list' | 'resolve' | 'pull'> = {
    resolve: () => model,
    pull: () => model,
    list: async () => [],
  };
  // The session is on its way already.
  const opened: Pick<Engine, 'open' | 'subscribe' | 'close'> = {
    open: (local, options) => (options?.extraOutputs?.length ? engine.open(local, options) : session),
    subscribe: (listener) => engine.subscribe(listener),
    close: () => engine.close(),
  };
  const variable = process.env.PICTOR_KEYS || undefined;
  const app = createApp({
    models: [packed.manifest.id],
    loader: createModelLoader({
      store,
      engine: opened,
      ownsEngine: false,
      pull: false,
      embeddings: false,
      logger,
    }),
    // Platforms send the request that started the instance at once, and do not come back with it.
    waitForModels: true,
    limits: configuration.limits,
    keys: { file: configuration.keysFile, variable },
    urls: configuration.urls,
    protocols: configuration.protocols,
    ...(configuration.auth !== 'auto' && { auth: configuration.auth }),
    cors: configuration.cors,
    logger,
  });
  // A failure shows in /readyz and in the answer to every request that needs the model.
  app.start().catch(() => {});
  return app;
}
