import type { ServerResponse } from 'node:http';
import { PictorError } from '../../../errors.ts';
import { respond } from '../../shared/runtime/respond.ts';
import type { FetchApp, HandlerOptions } from '../../shared/runtime/types.ts';
import { type GcfRequest, toRequest } from './event.ts';
import { toResult } from './result.ts';

/** The framework's response, as far as it is used. */
export type GcfResponse = Pick<
  ServerResponse,
  'statusCode' | 'setHeader' | 'end' | 'on' | 'writableFinished'
>;

/**
 * Makes an HTTP function. The application is made outside, so that warm calls find it ready.
 *
 * @param app what answers
 * @param options path prefix, `timeoutMs` (default `CLOUD_RUN_TIMEOUT_SECONDS`, else 60 s), error listener
 * @example
 * import * as functions from '@google-cloud/functions-framework';
 *
 * functions.http('pictor', createHandler(createApp({ models: ['squeezenet'] })));
 */
export function createHandler(
  app: FetchApp,
  options: HandlerOptions = {},
): (request: GcfRequest, response: GcfResponse) => Promise<void> {
  const { basePath, onError } = options;
  const remainingMs = options.timeoutMs ?? (Number(process.env.CLOUD_RUN_TIMEOUT_SECONDS) || 60) * 1000;
  return async (request, response) => {
    const client = new AbortController();
    response.on('close', () => {
      if (!response.writableFinished) client.abort(new PictorError('REQUEST_ABORTED'));
    });
    const trace = request.headers['x-cloud-trace-context'];
    const answer = await respond(app, (signal) => toRequest(request, undefined, { signal, basePath }), {
      remainingMs,
      requestId: typeof trace === 'string' ? trace.split('/', 1)[0] : undefined,
      clientSignal: client.signal,
      onError,
    });
    const { status, headers, body } = await toResult(answer);
    if (client.signal.aborted) return;
    response.statusCode = status;
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    response.end(body);
  };
}
