/**
 * AWS Lambda: REST API, HTTP API, function URL and application load balancer.
 *
 * @module
 */
import { defineHandler } from '../../shared/runtime/define-handler.ts';
import { isAlb, type LambdaContext, type LambdaEvent, toRequest } from './event.ts';
import { type LambdaResult, toResult } from './result.ts';

export type { AlbEvent, HttpEvent, RestEvent } from './event.ts';
export { type LambdaContext, type LambdaEvent, type LambdaResult, toRequest, toResult };

/**
 * Makes the handler of a Lambda function. The application is made outside, so that warm calls find it ready.
 *
 * @param app what answers
 * @param options path prefix, error listener
 * @example
 * export const handler = createHandler(createApp({ models: ['squeezenet'] }));
 */
export const createHandler = defineHandler({
  toRequest,
  toResult,
  remainingMs: (context: LambdaContext | undefined) => context?.getRemainingTimeInMillis?.(),
  requestId: (event: LambdaEvent | undefined, context: LambdaContext | undefined) =>
    context?.awsRequestId ?? (isAlb(event) ? undefined : event?.requestContext?.requestId),
});
