/**
 * The parts of an HTTP request, as platforms hand them over, into a Request.
 *
 * @module
 */
import { PictorError } from '../../../errors.ts';
import type { RequestOptions } from './types.ts';

/** What every HTTP event has in some form. */
export interface RequestParts {
  readonly method: string | undefined;
  /** Path of the URL, percent-encoded or not. */
  readonly path: string | undefined;
  /** Encoded, without the question mark. */
  readonly query: string;
  readonly headers: Headers;
  readonly body?: Uint8Array | undefined;
  /** Name of the deployment stage that may lead the path, e.g. `dev`. */
  readonly stage?: string | undefined;
}

const HOST = /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(:\d{1,5})?$/i;
const FORBIDDEN_METHODS = new Set(['CONNECT', 'TRACE', 'TRACK']);

/**
 * Builds the Request.
 *
 * @throws METHOD_NOT_ALLOWED for methods that a Request cannot have
 */
export function buildRequest(parts: RequestParts, options: RequestOptions = {}): Request {
  const { headers, body } = parts;
  const method = String(parts.method ?? 'GET').toUpperCase();
  if (FORBIDDEN_METHODS.has(method) || !/^[A-Z-]+$/.test(method)) {
    throw new PictorError('METHOD_NOT_ALLOWED', { received: method.slice(0, 20) });
  }
  const host = headers.get('host') ?? '';
  const origin = `${scheme(headers)}://${HOST.test(host) ? host : 'localhost'}`;
  const path = stripPrefix(stripPrefix(pathOf(parts.path), parts.stage), options.basePath);
  const query = String(parts.query ?? '');
  const hasBody = body !== undefined && body.byteLength > 0 && method !== 'GET' && method !== 'HEAD';
  // The gateway's figures describe the body on the wire, not the one in the event.
  headers.delete('transfer-encoding');
  headers.delete('content-length');
  if (hasBody) headers.set('content-length', String(body.byteLength));
  return new Request(`${origin}${path}${query === '' ? '' : `?${query}`}`, {
    method,
    headers,
    ...(hasBody && { body }),
    ...(options.signal && { signal: options.signal }),
  });
}

function scheme(headers: Headers): 'http' | 'https' {
  return headers.get('x-forwarded-proto')?.split(',', 1)[0]?.trim() === 'http' ? 'http' : 'https';
}

/** A decoded path may hold characters that a URL parser drops, or takes for another part of the URL. */
function pathOf(path: string | undefined): string {
  // Events that somebody wrote by hand hold numbers, too.
  const text = String(path ?? '/').replace(/[^!-~\x80-\uffff]|[?#\\]|%(?![0-9a-f]{2})/gi, encodeURIComponent);
  return text.startsWith('/') ? text : `/${text}`;
}

/** Takes `/prefix` off, but only as a whole segment: `/dev` leads `/dev/image`, not `/device`. */
function stripPrefix(path: string, prefix: string | undefined): string {
  const name = String(prefix ?? '').replace(/^\/+|\/+$/g, '');
  if (!name) return path;
  if (path === `/${name}`) return '/';
  return path.startsWith(`/${name}/`) ? path.slice(name.length + 1) : path;
}
