import { respond } from '../../shared/runtime/respond.ts';
import type { FetchApp, HandlerOptions } from '../../shared/runtime/types.ts';
import { type FcContext, type FcEvent, remainingMs, toRequest } from './event.ts';
import { type FcResult, toResult } from './result.ts';

/**
 * Makes the handler of a Function Compute event function. The application is made outside, so that warm calls find it
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
): (event: Uint8Array | string | FcEvent, context?: FcContext) => Promise<FcResult> {
  return async (event, context) => {
    const { basePath, onError } = options;
    const response = await respond(app, (signal) => toRequest(event, context, { signal, basePath }), {
      remainingMs: remainingMs(context) ?? options.timeoutMs,
      requestId: context?.requestId,
      onError,
    });
    return toResult(response);
  };
}
