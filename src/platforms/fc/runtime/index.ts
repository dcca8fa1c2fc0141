/**
 * Alibaba Function Compute 3.0: event functions behind an HTTP trigger.
 *
 * @module
 */
import { defineHandler } from '../../shared/runtime/define-handler.ts';
import { toPlainResult } from '../../shared/runtime/plain-result.ts';
import { type FcContext, remainingMs, toRequest } from './event.ts';

/** What the HTTP trigger reads. */
export {
  type PlainResult as FcResult,
  toPlainResult as toResult,
} from '../../shared/runtime/plain-result.ts';
export { type FcContext, type FcEvent, toRequest } from './event.ts';

/**
 * Makes the handler of a Function Compute event function. The application is made outside, so that warm calls find it
 * ready.
 *
 * @param app what answers
 * @param options path prefix, error listener
 * @example
 * export const handler = createHandler(createApp({ models: ['squeezenet'] }));
 */
export const createHandler = defineHandler({
  toRequest,
  toResult: toPlainResult,
  remainingMs,
  requestId: (_event, context: FcContext | undefined) => context?.requestId,
});
