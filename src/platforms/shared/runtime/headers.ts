/**
 * Header maps of platforms into Headers, and back.
 *
 * @module
 */

/** One value or several for each name, in whatever case. */
export type HeaderMap = Readonly<Record<string, string | readonly string[] | undefined>>;

const NAME = /^[!#$%&'*+.^_`|~0-9a-z-]+$/i;
/** Belongs to the connection between gateway and client. */
const CONNECTION = new Set(['connection', 'content-length', 'keep-alive', 'transfer-encoding', 'upgrade']);

/** Headers of which a request has one: of two spellings in a map, the first counts. */
const SINGLE = new Set([
  'authorization',
  'content-encoding',
  'content-type',
  'date',
  'host',
  'user-agent',
  'x-api-key',
  'x-request-id',
]);

/**
 * Reads a header map. What no header can be is left out: an event must not be able to make a request fail before the
 * application sees it.
 *
 * @param map as the platform has it
 */
export function readHeaders(map: HeaderMap | null | undefined): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(map ?? {})) {
    if (!NAME.test(name)) continue;
    for (const one of Array.isArray(value) ? value : [value]) {
      const text = headerText(one);
      if (text === undefined) continue;
      const present = headers.get(name);
      if (present === null) headers.set(name, text);
      else if (present !== text && !SINGLE.has(name.toLowerCase())) headers.append(name, text);
    }
  }
  return headers;
}

/** As bytes on the wire look to an HTTP parser: UTF-8 becomes its bytes, control characters are rejected. */
function headerText(value: unknown): string | undefined {
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') return undefined;
  const text = String(value);
  const bytes = /^[\x20-\x7e\t\x80-\xff]*$/.test(text) ? text : Buffer.from(text, 'utf8').toString('latin1');
  return /[\0\r\n]/.test(bytes) ? undefined : bytes;
}

/** The headers of a response, lower case, cookies apart because they cannot be joined with commas. */
export interface ResponseHeaders {
  readonly single: Readonly<Record<string, string>>;
  readonly cookies: readonly string[];
}

/** @param response its headers, without those that belong to the connection */
export function splitHeaders({ headers }: Response): ResponseHeaders {
  const single: Record<string, string> = {};
  for (const [name, value] of headers) {
    if (name !== 'set-cookie' && !CONNECTION.has(name)) single[name] = value;
  }
  return { single, cookies: headers.getSetCookie() };
}
