/**
 * Events of Huawei FunctionGraph behind an APIG trigger.
 *
 * @module
 * @see https://support.huaweicloud.com/intl/en-us/usermanual-functiongraph/functiongraph_01_0204.html
 */
import { readEventBody } from '../../shared/runtime/body.ts';
import { buildRequest } from '../../shared/runtime/build-request.ts';
import { notAnHttpEvent } from '../../shared/runtime/event-error.ts';
import { type HeaderMap, readHeaders } from '../../shared/runtime/headers.ts';
import { encodeQuery, type QueryMap } from '../../shared/runtime/query.ts';
import type { RequestOptions } from '../../shared/runtime/types.ts';

export interface FunctionGraphEvent {
  readonly httpMethod?: string;
  readonly path?: string;
  readonly headers?: HeaderMap;
  readonly queryStringParameters?: QueryMap;
  readonly body?: unknown;
  /** True by default, also with an empty body. */
  readonly isBase64Encoded?: boolean;
  readonly requestContext?: { readonly apiId?: string; readonly requestId?: string; readonly stage?: string };
}

/** What the runtime knows about the call. */
export interface FunctionGraphContext {
  readonly getRequestID?: () => string;
  readonly getRemainingTimeInMilliSeconds?: () => number;
}

/**
 * @param event as FunctionGraph hands it to the handler
 * @param _context not needed
 * @throws BODY_INVALID, METHOD_NOT_ALLOWED
 */
export function toRequest(
  event: FunctionGraphEvent,
  _context?: FunctionGraphContext,
  options: RequestOptions = {},
): Request {
  if (typeof event?.httpMethod !== 'string') {
    throw notAnHttpEvent(event, 'an event of an APIG trigger', 'Call the function through its APIG trigger');
  }
  const headers = readHeaders(event.headers);
  return buildRequest(
    {
      method: event.httpMethod,
      path: event.path,
      query: encodeQuery(event.queryStringParameters),
      headers,
      body: readEventBody(event.body, event.isBase64Encoded ?? false, headers.get('content-type')),
    },
    options,
  );
}
