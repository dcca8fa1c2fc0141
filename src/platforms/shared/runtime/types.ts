import type { PictorError } from '../../../errors.ts';

/** Whatever answers requests: what `createApp` returns, or anything with a `fetch`. */
export interface FetchApp {
  fetch(request: Request): Promise<Response> | Response;
  /** Loads the models; what a call that only warms an instance waits for. */
  start?(): Promise<void>;
}

/** What a handler adds to a request. */
export interface RequestOptions {
  readonly signal?: AbortSignal | undefined;
  /** Leading part of the path that is not the application's, e.g. `/vision` of an API mapping (default: none). */
  readonly basePath?: string | undefined;
}

/** How a handler is made. */
export interface HandlerOptions {
  readonly basePath?: string | undefined;
  /**
   * Milliseconds that one call may take, where the platform's context does not say (default: none for event
   * functions, the platform's longest for HTTP ones).
   */
  readonly timeoutMs?: number | undefined;
  /**
   * Hears of calls that failed before or outside the application: damaged events, deadlines. Gets the id of the request,
   * which is the platform's unless the client sent its own.
   */
  readonly onError?: ((error: PictorError, requestId: string) => void) | undefined;
}
