/**
 * What the gateways have in common: header and query maps, base64, results.
 *
 * @module
 */
import type { GatewayRequest, GatewayResponse } from './gateway.ts';

/** Names in lower case, repeated ones joined. */
export function joinedHeaders({ headers }: GatewayRequest): Record<string, string> {
  const map: Record<string, string> = {};
  for (const [name, value] of headers) {
    const key = name.toLowerCase();
    map[key] = map[key] === undefined ? value : `${map[key]},${value}`;
  }
  return map;
}

/** Names as the client wrote them, the last of repeated ones. */
export function lastHeaders({ headers }: GatewayRequest): Record<string, string> {
  return Object.fromEntries(headers);
}

/** Every value of every name. */
export function listed(pairs: Iterable<readonly [string, string]>): Record<string, string[]> {
  const map: Record<string, string[]> = {};
  for (const [name, value] of pairs) {
    map[name] ??= [];
    map[name].push(value);
  }
  return map;
}

/** `Content-Type` and the like become canonical. */
export function canonicalName(name: string): string {
  return name.toLowerCase().replace(/(^|-)[a-z]/g, (start) => start.toUpperCase());
}

/** As the gateways that decode hand it over; what is not valid stays. */
export function decodedPath({ path }: GatewayRequest): string {
  try {
    return decodeURI(path);
  } catch {
    return path;
  }
}

/** Decoded parameters in order. */
export function queryPairs({ query }: GatewayRequest): [string, string][] {
  return [...new URLSearchParams(query)];
}

/** Repeated parameters joined with commas. */
export function joinedQuery(request: GatewayRequest): Record<string, string> {
  return Object.fromEntries(
    Object.entries(listed(queryPairs(request))).map(([name, values]) => [name, values.join(',')]),
  );
}

export function contentType(request: GatewayRequest): string {
  const type = joinedHeaders(request)['content-type'] ?? '';
  return type.split(';', 1)[0]?.trim().toLowerCase() ?? '';
}

/** Types that gateways pass as text when they decide by type. */
export function isTextual(type: string): boolean {
  return /^(text\/.*|application\/(json|xml|javascript|x-www-form-urlencoded))$|\+(json|xml)$/.test(type);
}

/** A body that may travel as text or as base64. */
export function flaggedBody(body: Buffer, encode: boolean): { body: string; isBase64Encoded: boolean } {
  return { body: body.toString(encode ? 'base64' : 'utf8'), isBase64Encoded: encode };
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Header values of a result: strings, or lists of them. */
export function headerPairs(map: unknown): [string, string][] {
  if (!isRecord(map)) return [];
  return Object.entries(map).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value]).map((one: unknown): [string, string] => [name, String(one)]),
  );
}

/** The common result: `statusCode`, `headers`, `body`, `isBase64Encoded`. */
export function commonResponse(
  result: Record<string, unknown>,
  headers: [string, string][] = headerPairs(result.headers),
): GatewayResponse | undefined {
  const status = Number(result.statusCode);
  if (!Number.isInteger(status) || status < 100 || status > 599) return undefined;
  const { body = '' } = result;
  if (typeof body !== 'string') return undefined;
  return { status, headers, body: Buffer.from(body, result.isBase64Encoded === true ? 'base64' : 'utf8') };
}

/** What gateways make of a value that is no HTTP result: its JSON. */
export function jsonResponse(value: unknown): GatewayResponse {
  return {
    status: 200,
    headers: [['content-type', 'application/json']],
    body: Buffer.from(JSON.stringify(value) ?? 'null'),
  };
}
