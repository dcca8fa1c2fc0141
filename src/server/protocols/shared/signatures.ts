/**
 * What the verifiers of vendor signatures have in common.
 *
 * @module
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** What is signed of a request, as it came over the wire. */
export interface SignedRequest {
  /** Upper case. */
  readonly method: string;
  /** Percent-encoded, from the first slash to the question mark. */
  readonly path: string;
  /** Percent-encoded, without the question mark. */
  readonly query: string;
  /** The `Host` header, with its port. */
  readonly host: string;
  readonly headers: Headers;
  readonly body: Uint8Array;
}

/**
 * The signed parts of a request. The address is cut out of the text, because parsing would rewrite it.
 *
 * @param request its body is not touched
 * @param body its body, read
 */
export function signedRequest(request: Request, body: Uint8Array): SignedRequest {
  const { path, query, authority } = targetOf(request.url);
  const { method, headers } = request;
  return { method, path, query, host: headers.get('host') ?? authority, headers, body };
}

/**
 * Takes an absolute address apart without decoding anything.
 *
 * @param url as `Request.url` has it
 */
export function targetOf(url: string): {
  readonly authority: string;
  readonly path: string;
  readonly query: string;
} {
  const [, authority = '', path = '', query = ''] = /^[^:]+:\/\/([^/?#]*)([^?#]*)\??([^#]*)/.exec(url) ?? [];
  return { authority, path: path === '' ? '/' : path, query };
}

/** SHA-256 as lower-case hexadecimal digits. */
export function sha256Hex(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

/** HMAC-SHA-256. */
export function hmacSha256(key: string | Uint8Array, data: string): Buffer {
  return createHmac('sha256', key).update(data, 'utf8').digest();
}

/**
 * Compares a signature with what it should be, in a time that does not tell where they differ.
 *
 * @param given what the client sent
 * @param expected what was computed
 */
export function sameSignature(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given, 'utf8'), Buffer.from(expected, 'utf8')];
  return a.byteLength === b.byteLength && timingSafeEqual(a, b);
}

/**
 * Whether a signature was made within the time that its scheme allows, before or after the server's own time.
 *
 * @param signedAt milliseconds since 1970; not a number is never fresh
 * @param now milliseconds since 1970
 * @param windowMs milliseconds to each side
 */
export function isFresh(signedAt: number, now: number, windowMs: number): boolean {
  return Math.abs(now - signedAt) <= windowMs;
}

/** More headers than any client signs. Each may be as long as all headers together, so they are counted. */
const MAX_SIGNED_HEADERS = 64;

/**
 * The list of signed headers.
 *
 * @param text names in lower case, separated by semicolons
 * @param always those that must be among them
 * @returns undefined when a name is missing, empty or there twice, or there are too many
 */
export function signedHeaderNames(text: string, always: readonly string[]): readonly string[] | undefined {
  const names = text.split(';', MAX_SIGNED_HEADERS + 1);
  const distinct = new Set(names);
  if (names.length > MAX_SIGNED_HEADERS || distinct.size < names.length || distinct.has('')) return undefined;
  return always.every((name) => distinct.has(name)) ? names : undefined;
}
