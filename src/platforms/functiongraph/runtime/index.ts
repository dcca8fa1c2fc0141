/**
 * Huawei FunctionGraph: event functions behind an APIG trigger.
 *
 * @module
 */
import { defineHandler } from '../../shared/runtime/define-handler.ts';
import { toPlainResult } from '../../shared/runtime/plain-result.ts';
import { type FunctionGraphContext, type FunctionGraphEvent, toRequest } from './event.ts';

/** What APIG reads; every field must be there. */
export {
  type PlainResult as FunctionGraphResult,
  toPlainResult as toResult,
} from '../../shared/runtime/plain-result.ts';
export { type FunctionGraphContext, type FunctionGraphEvent, toRequest } from './event.ts';

/**
 * Makes the handler of a FunctionGraph event function. The application is made outside, so that warm calls find it
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
  remainingMs: (context: FunctionGraphContext | undefined) => context?.getRemainingTimeInMilliSeconds?.(),
  requestId: (event: FunctionGraphEvent | undefined, context: FunctionGraphContext | undefined) =>
    context?.getRequestID?.() ?? event?.requestContext?.requestId,
});
