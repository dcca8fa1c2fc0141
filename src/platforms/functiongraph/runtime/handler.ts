import { respond } from '../../shared/runtime/respond.ts';
import type { FetchApp, HandlerOptions } from '../../shared/runtime/types.ts';
import { type FunctionGraphContext, type FunctionGraphEvent, toRequest } from './event.ts';
import { type FunctionGraphResult, toResult } from './result.ts';

/**
 * Makes the handler of a FunctionGraph event function. The application is made outside, so that warm calls find it
 * ready.
 *
 * @param app what answers
 * @param options path prefix, error listener
 * @example
 * export const handler = createHandler(createApp({ models: ['squeezenet'] }));
 */
export function createHandler(
  app: FetchApp,
  options: HandlerOptions = {},
): (event: FunctionGraphEvent, context?: FunctionGraphContext) => Promise<FunctionGraphResult> {
  return async (event, context) => {
    const { basePath, onError } = options;
    const response = await respond(app, (signal) => toRequest(event, context, { signal, basePath }), {
      remainingMs: context?.getRemainingTimeInMilliSeconds?.() ?? options.timeoutMs,
      requestId: context?.getRequestID?.() ?? event?.requestContext?.requestId,
      onError,
    });
    return toResult(response);
  };
}
