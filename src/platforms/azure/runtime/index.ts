/**
 * Azure Functions, programming model 4.
 *
 * @module
 */
import { defineHandler } from '../../shared/runtime/define-handler.ts';
import { type AzureContext, type AzureRequest, toRequest } from './event.ts';
import { type AzureCookie, type AzureResult, toResult } from './result.ts';

export { type AzureContext, type AzureCookie, type AzureRequest, type AzureResult, toRequest, toResult };

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
export const createHandler = defineHandler({
  toRequest,
  toResult: (response: Response) => toResult(response),
  // Azure's load balancer gives up after this time on every plan.
  longestMs: 230_000,
  requestId: (_event, context: AzureContext | undefined) => context?.invocationId,
});
