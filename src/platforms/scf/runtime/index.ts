/**
 * Tencent SCF: event functions behind a function URL or an API gateway. A web function is an HTTP server: see
 * `platforms/container`.
 *
 * @module
 */
import { defineHandler } from '../../shared/runtime/define-handler.ts';
import { remainingMs, type ScfContext, type ScfEvent, toRequest } from './event.ts';
import { type ScfResult, toResult } from './result.ts';

export { type ScfContext, type ScfEvent, type ScfResult, toRequest, toResult };

/**
 * Makes the `main_handler` of an SCF event function. The application is made outside, so that warm calls find it ready.
 *
 * @param app what answers
 * @param options path prefix, error listener
 * @example
 * const app = createApp({ models: ['squeezenet'] });
 * export const main_handler = createHandler(app);
 */
export const createHandler = defineHandler({
  toRequest,
  toResult,
  remainingMs,
  requestId: (event: ScfEvent | undefined, context: ScfContext | undefined) =>
    context?.request_id ?? event?.requestContext?.requestId,
});
