/**
 * The application inside an archive. It is written for the cold start: the inference starts first and loads the model
 * while this thread loads the HTTP application.
 *
 * @module
 */
import type { PictorError } from '../../../errors.ts';
import type { App } from '../../../server/app.ts';
import { retried } from './retried.ts';
import type { OpeningSession } from './thread-session.ts';
import type { PackedFunction } from './types.ts';

/** What the entry of an archive works with. */
export interface PackedApp extends Pick<App, 'fetch' | 'close' | 'start'> {
  /** Logs a failure outside the application: a damaged event, a deadline, an application that cannot be made. */
  onError(error: PictorError, requestId: string): void;
}

/**
 * Makes the application of an archive. It answers requests at once; those that need the model wait for it.
 *
 * @param packed what the archive knows
 * @param opening the model on its way, from `openThreadSession` or `openEngineSession`
 */
export function openPackedApp(packed: PackedFunction, opening: OpeningSession): PackedApp {
  const app = retried(async () => (await import('./application.ts')).assemble(packed, opening));
  // Both are awaited by every request; nobody may be listening yet when they fail.
  opening
    .session()
    .then(() => performance.mark('pictor:session'))
    .catch(() => {});
  app()
    .then(() => performance.mark('pictor:app'))
    .catch(() => {});
  return {
    fetch: async (request, info) => (await app()).fetch(request, info),
    start: async () => (await app()).start(),
    onError({ code, status, message, stack }, requestId) {
      // A stack leads to a fault of Pictor's; a client's mistake has none.
      const ours = status >= 500 && code !== 'DEADLINE_EXCEEDED';
      const level = ours ? 'error' : 'warn';
      const time = new Date().toISOString();
      const line = { level, time, requestId, code, error: message, ...(ours && { stack }) };
      process.stdout.write(`${JSON.stringify(line)}\n`);
    },
    close: async (options) => (await app()).close(options),
  };
}
