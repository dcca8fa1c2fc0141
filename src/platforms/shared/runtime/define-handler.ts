import { directRequest, isWarmUp, parsedEvent, warmingApp } from './other-events.ts';
import { respond } from './respond.ts';
import type { FetchApp, HandlerOptions, RequestOptions } from './types.ts';

/** What differs between platforms whose functions return their answer. */
export interface HandlerDefinition<Event, Context, Result> {
  /** @throws BODY_INVALID when it is no HTTP event of the platform, or the body was damaged on its way */
  toRequest(event: Event, context: Context | undefined, options: RequestOptions): Request | Promise<Request>;
  /** The event is given again because some platforms want an answer in the style of the question. */
  toResult(response: Response, event: Event): Promise<Result>;
  /** Milliseconds that the platform leaves for the call, where its context says so. */
  remainingMs?(context: Context | undefined): number | undefined;
  /** The platform's longest time for a call, milliseconds, where neither context nor options say it. */
  readonly longestMs?: number;
  /** The platform's name for the call. */
  requestId(event: Event | undefined, context: Context | undefined): string | undefined;
}

/** Makes a platform's handler around an application; made once, so that warm calls find the application ready. */
export type CreateHandler<Event, Context, Result> = (
  app: FetchApp,
  options?: HandlerOptions,
) => (event: Event, context?: Context) => Promise<Result>;

/**
 * The handler of a platform from its two conversions.
 *
 * @returns what a platform's runtime exports as `createHandler`
 */
export function defineHandler<Event, Context, Result>(
  definition: HandlerDefinition<Event, Context, Result>,
): CreateHandler<Event, Context, Result> {
  const { toRequest, toResult, remainingMs, longestMs, requestId } = definition;
  return (app, { basePath, timeoutMs, onError } = {}) =>
    async (given, context) => {
      const event = parsedEvent(given);
      const warm = isWarmUp(event);
      const makeRequest = (signal: AbortSignal) =>
        warm
          ? new Request('http://localhost/readyz', { signal })
          : (directRequest(event, { signal, basePath }) ?? toRequest(event, context, { signal, basePath }));
      const response = await respond(warm ? warmingApp(app) : app, makeRequest, {
        remainingMs: remainingMs?.(context) ?? timeoutMs ?? longestMs,
        requestId: requestId(event, context),
        onError,
      });
      return toResult(response, event);
    };
}
