/**
 * Events of Tencent SCF: the function URL's, and that of the retired API gateway.
 *
 * @module
 * @see https://cloud.tencent.com/document/product/583/96099 (function URL)
 * @see https://cloud.tencent.com/document/product/583/12513 (API gateway)
 */
import { readEventBody } from '../../shared/runtime/body.ts';
import { buildRequest } from '../../shared/runtime/build-request.ts';
import { notAnHttpEvent } from '../../shared/runtime/event-error.ts';
import { type HeaderMap, readHeaders } from '../../shared/runtime/headers.ts';
import { encodeQuery, type QueryMap } from '../../shared/runtime/query.ts';
import type { RequestOptions } from '../../shared/runtime/types.ts';

/** The fields that both events have, and those that tell them apart. */
export interface ScfEvent {
  readonly httpMethod?: string;
  readonly path?: string;
  readonly headers?: HeaderMap;
  /** Every query parameter. */
  readonly queryString?: QueryMap;
  readonly body?: unknown;
  /** Only from an API gateway, and only where encoding is switched on for the API. */
  readonly isBase64Encoded?: boolean;
  /** Only from an API gateway. */
  readonly requestContext?: {
    readonly serviceId?: string;
    readonly stage?: string;
    readonly requestId?: string;
  };
}

/** What the runtime knows about the call. */
export interface ScfContext {
  readonly request_id?: string;
  readonly time_limit_in_ms?: number;
  readonly memory_limit_in_mb?: number;
  readonly getRemainingTimeInMillis?: number | (() => number);
}

/**
 * @param event as SCF hands it to `main_handler`
 * @param _context not needed
 * @throws BODY_INVALID, METHOD_NOT_ALLOWED
 */
export function toRequest(event: ScfEvent, _context?: ScfContext, options: RequestOptions = {}): Request {
  if (typeof event?.httpMethod !== 'string') {
    throw notAnHttpEvent(
      event,
      'an event of a function URL or of an API gateway',
      'Call the function through its URL',
    );
  }
  const headers = readHeaders(event.headers);
  return buildRequest(
    {
      method: event.httpMethod,
      path: event.path,
      query: encodeQuery(event.queryString),
      headers,
      body: readEventBody(event.body, event.isBase64Encoded, headers.get('content-type')),
    },
    options,
  );
}

/** Milliseconds that SCF leaves for the call. */
export function remainingMs(context: ScfContext | undefined): number | undefined {
  const left = context?.getRemainingTimeInMillis;
  if (typeof left === 'function') return left();
  return left ?? context?.time_limit_in_ms;
}
