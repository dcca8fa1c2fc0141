/**
 * Events of Alibaba Function Compute 3.0: JSON in a Buffer.
 *
 * @module
 * @see https://www.alibabacloud.com/help/en/functioncompute/fc/user-guide/http-trigger-invoking-function
 */
import { readEventBody } from '../../shared/runtime/body.ts';
import { buildRequest } from '../../shared/runtime/build-request.ts';
import { notAnHttpEvent } from '../../shared/runtime/event-error.ts';
import { type HeaderMap, readHeaders } from '../../shared/runtime/headers.ts';
import { encodeQuery, type QueryMap } from '../../shared/runtime/query.ts';
import type { RequestOptions } from '../../shared/runtime/types.ts';

/** The HTTP trigger's event, parsed. */
export interface FcEvent {
  readonly version?: string;
  /** Percent-encoded. */
  readonly rawPath?: string;
  readonly headers?: HeaderMap;
  /** Repeated parameters are joined with commas. */
  readonly queryParameters?: QueryMap;
  readonly body?: unknown;
  readonly isBase64Encoded?: boolean;
  readonly requestContext?: {
    readonly http?: { readonly method?: string; readonly path?: string };
    readonly requestId?: string;
  };
}

/** What the runtime knows about the call. */
export interface FcContext {
  readonly requestId?: string;
  /** `timeout` in seconds. */
  readonly function?: { readonly timeout?: number };
}

/**
 * @param event the Buffer that the runtime hands over, or the same as text or parsed
 * @param _context not needed
 * @throws BODY_INVALID, METHOD_NOT_ALLOWED
 */
export function toRequest(
  event: Uint8Array | string | FcEvent,
  _context?: FcContext,
  options: RequestOptions = {},
): Request {
  const parsed = parseEvent(event);
  const http = parsed?.requestContext?.http;
  if (parsed === undefined || typeof http?.method !== 'string') {
    throw notAnHttpEvent(parsed, 'an event of an HTTP trigger', 'Call the function through its HTTP trigger');
  }
  const headers = readHeaders(parsed.headers);
  return buildRequest(
    {
      method: http.method,
      path: parsed.rawPath ?? http.path,
      query: encodeQuery(parsed.queryParameters),
      headers,
      body: readEventBody(parsed.body, parsed.isBase64Encoded ?? false, headers.get('content-type')),
    },
    options,
  );
}

function parseEvent(event: Uint8Array | string | FcEvent): FcEvent | undefined {
  if (!(event instanceof Uint8Array) && typeof event !== 'string') return event;
  try {
    const parsed: unknown = JSON.parse(
      typeof event === 'string' ? event : Buffer.from(event).toString('utf8'),
    );
    return typeof parsed === 'object' && parsed !== null ? parsed : undefined;
  } catch {
    return undefined;
  }
}

/** Milliseconds that the function may take. */
export function remainingMs(context: FcContext | undefined): number | undefined {
  const seconds = context?.function?.timeout;
  return typeof seconds === 'number' && seconds > 0 ? seconds * 1000 : undefined;
}
