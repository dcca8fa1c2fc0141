import { respond } from '../../shared/runtime/respond.ts';
import type { FetchApp, HandlerOptions } from '../../shared/runtime/types.ts';
import { remainingMs, type ScfContext, type ScfEvent, toRequest } from './event.ts';
import { type ScfResult, toResult } from './result.ts';

/**
 * Makes the `main_handler` of an SCF event function. The application is made outside, so that warm calls find it ready.
 *
 * @param app what answers
 * @param options path prefix, error listener
 * @example
 * const app = createApp({ models: ['squeezenet'] });
 * export const main_handler = createHandler(app);
 */
export function createHandler(
  app: FetchApp,
  options: HandlerOptions = {},
): (event: ScfEvent, context?: ScfContext) => Promise<ScfResult> {
  return async (event, context) => {
    const { basePath, onError } = options;
    const response = await respond(app, (signal) => toRequest(event, context, { signal, basePath }), {
      remainingMs: remainingMs(context) ?? options.timeoutMs,
      requestId: context?.request_id ?? event?.requestContext?.requestId,
      onError,
    });
    return toResult(response, event);
  };
}
