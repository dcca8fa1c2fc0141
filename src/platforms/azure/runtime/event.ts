/**
 * Requests of Azure Functions, programming model 4: nearly the standard's.
 *
 * @module
 * @see https://learn.microsoft.com/azure/azure-functions/functions-reference-node
 */
import { PictorError } from '../../../errors.ts';
import { buildRequest } from '../../shared/runtime/build-request.ts';
import type { RequestOptions } from '../../shared/runtime/types.ts';

/** The fields of the library's `HttpRequest` that are needed. */
export interface AzureRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Iterable<readonly [string, string]>;
  arrayBuffer(): Promise<ArrayBuffer>;
}

/** What the runtime knows about the call. */
export interface AzureContext {
  readonly invocationId?: string;
}

/**
 * @param event the library's request
 * @param _context not needed
 * @throws BODY_INVALID, METHOD_NOT_ALLOWED
 */
export async function toRequest(
  event: AzureRequest,
  _context?: AzureContext,
  options: RequestOptions = {},
): Promise<Request> {
  if (!URL.canParse(event.url)) {
    throw new PictorError('BODY_INVALID', { expected: 'a request with a URL', received: event.url });
  }
  const url = new URL(event.url);
  const headers = new Headers();
  for (const [name, value] of event.headers) headers.append(name, value);
  if (!headers.has('host')) headers.set('host', url.host);
  if (!headers.has('x-forwarded-proto')) headers.set('x-forwarded-proto', url.protocol.slice(0, -1));
  return buildRequest(
    {
      method: event.method,
      path: url.pathname,
      query: url.search.slice(1),
      headers,
      body: new Uint8Array(await event.arrayBuffer()),
    },
    options,
  );
}
