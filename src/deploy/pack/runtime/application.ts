/**
 * The HTTP application of an archive: everything that the inference worker does not wait for.
 *
 * @module
 */
import * as z from 'zod';
import type { Engine } from '../../../engine/types.ts';
import type { ModelStore } from '../../../models/types.ts';
import { type App, createApp } from '../../../server/app.ts';
import { loadConfiguration } from '../../../server/configuration/index.ts';
import { createModelLoader } from '../../../server/models/loader.ts';
import { lineLogger } from './line-logger.ts';
import type { OpeningSession } from './thread-session.ts';
import type { PackedFunction } from './types.ts';

/**
 * Makes the application around a session that is being opened. Settings come from the environment (docs/server.md).
 *
 * @throws CONFIG_INVALID
 */
export async function assemble(packed: PackedFunction, { model, session }: OpeningSession): Promise<App> {
  // Compiling validators pays off after many requests; the first one would wait for it.
  z.config({ jitless: true });
  const configuration = await loadConfiguration({ env: process.env });
  const logger = lineLogger(configuration.log.level);
  const store: Pick<ModelStore, 'list' | 'resolve' | 'pull'> = {
    resolve: model,
    pull: model,
    list: async () => [],
  };
  // The session is on its way already; after a failure, it is opened again for the next request.
  const opened: Pick<Engine, 'open' | 'subscribe' | 'close'> = {
    open: session,
    subscribe: () => () => {},
    close: async () => {},
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
    basePath: configuration.basePath,
    logger,
  });
  // A failure shows in /readyz and in the answer to every request that needs the model.
  app.start().catch(() => {});
  return app;
}
