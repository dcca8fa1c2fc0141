import { respond } from '../../shared/runtime/respond.ts';
import type { FetchApp, HandlerOptions } from '../../shared/runtime/types.ts';
import { isAlb, type LambdaContext, type LambdaEvent, toRequest } from './event.ts';
import { type LambdaResult, toResult } from './result.ts';

/**
 * Makes the handler of a Lambda function. The application is made outside, so that warm calls find it ready.
 *
 * @param app what answers
 * @param options path prefix, error listener
 * @example
 * export const handler = createHandler(createApp({ models: ['squeezenet'] }));
 */
export function createHandler(
  app: FetchApp,
  options: HandlerOptions = {},
): (event: LambdaEvent, context?: LambdaContext) => Promise<LambdaResult> {
  return async (event, context) => {
    const { basePath, onError } = options;
    const response = await respond(app, (signal) => toRequest(event, context, { signal, basePath }), {
      remainingMs: context?.getRemainingTimeInMillis?.() ?? options.timeoutMs,
      requestId: context?.awsRequestId ?? requestIdOf(event),
      onError,
    });
    return toResult(response, event);
  };
}

function requestIdOf(event: LambdaEvent | undefined): string | undefined {
  return isAlb(event) ? undefined : event?.requestContext?.requestId;
}
