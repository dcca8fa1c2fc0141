import { respond } from '../../shared/runtime/respond.ts';
import type { FetchApp, HandlerOptions } from '../../shared/runtime/types.ts';
import { type AzureContext, type AzureRequest, toRequest } from './event.ts';
import { type AzureResult, toResult } from './result.ts';

/** Azure's load balancer gives up after this time on every plan. */
const LONGEST_MS = 230_000;

/**
 * Makes the handler of an HTTP function. The application is made outside, so that warm calls find it ready.
 *
 * @param app what answers
 * @param options path prefix (`/api` unless host.json says otherwise), `timeoutMs` (default 230 s), error listener
 * @example
 * import { app } from '@azure/functions';
 *
 * const handler = createHandler(createApp({ models: ['squeezenet'] }), { basePath: '/api' });
 * app.http('pictor', { methods: ['GET', 'POST'], authLevel: 'anonymous', route: '{*path}', handler });
 */
export function createHandler(
  app: FetchApp,
  options: HandlerOptions = {},
): (request: AzureRequest, context?: AzureContext) => Promise<AzureResult> {
  return async (request, context) => {
    const { basePath, onError } = options;
    const response = await respond(app, (signal) => toRequest(request, context, { signal, basePath }), {
      remainingMs: options.timeoutMs ?? LONGEST_MS,
      requestId: context?.invocationId,
      onError,
    });
    return toResult(response);
  };
}
