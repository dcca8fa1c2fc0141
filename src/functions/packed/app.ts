/**
 * The application inside an archive. It is written for the cold start: the inference worker starts first and loads the
 * model while this thread loads the HTTP application.
 *
 * @module
 */
import { createEngine } from '../../engine/engine.ts';
import type { PictorError } from '../../errors.ts';
import type { LocalModel } from '../../models/types.ts';
import type { App } from '../../server/app.ts';
import { locateModel } from './locate-model.ts';
import type { PackedFunction } from './types.ts';

/** What the entry of an archive works with. */
export interface PackedApp extends Pick<App, 'fetch' | 'close' | 'start'> {
  /** Logs a failure beside the application: a damaged event, a deadline, an application that cannot be made. */
  onError(error: PictorError): void;
}

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
  const app = import('./application.ts').then(({ assemble }) => assemble({ packed, engine, model, session }));
  // Both are awaited by every request; nobody may be listening yet when they fail.
  session.then(() => performance.mark('pictor:session')).catch(() => {});
  app.then(() => performance.mark('pictor:app')).catch(() => {});
  return {
    fetch: async (request, info) => (await app).fetch(request, info),
    start: async () => (await app).start(),
    onError({ code, message, stack }) {
      const line = { level: 'error', time: new Date().toISOString(), code, error: message, stack };
      process.stdout.write(`${JSON.stringify(line)}\n`);
    },
    async close(options) {
      await (await app).close(options);
      await engine.close();
    },
  };
}
