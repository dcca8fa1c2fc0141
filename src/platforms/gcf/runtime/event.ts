/**
 * Requests of Google Cloud Run functions: Node's, with the body already read.
 *
 * @module
 * @see https://cloud.google.com/run/docs/write-functions
 */
import { buildRequest } from '../../shared/runtime/build-request.ts';
import { type HeaderMap, readHeaders } from '../../shared/runtime/headers.ts';
import type { RequestOptions } from '../../shared/runtime/types.ts';

/** The fields of an Express request that are needed. */
export interface GcfRequest {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  /** The URL before Express routed it. */
  readonly originalUrl?: string | undefined;
  readonly headers: HeaderMap;
  /** The bytes, whatever the framework parsed them into. */
  readonly rawBody?: Uint8Array | undefined;
}

/**
 * @param event the request of the functions framework
 * @param _context unused: this platform passes none
 * @throws METHOD_NOT_ALLOWED
 */
export function toRequest(event: GcfRequest, _context?: undefined, options: RequestOptions = {}): Request {
  const [path, query] = splitUrl(event.originalUrl ?? event.url ?? '/');
  return buildRequest(
    { method: event.method, path, query, headers: readHeaders(event.headers), body: event.rawBody },
    options,
  );
}

function splitUrl(url: string): [path: string, query: string] {
  const at = url.indexOf('?');
  return at < 0 ? [url, ''] : [url.slice(0, at), url.slice(at + 1)];
}
