import { randomUUID } from 'node:crypto';

const SANE = /^[A-Za-z0-9][A-Za-z0-9._:/+=-]{0,127}$/;

/**
 * The id of a request: the client's own `X-Request-Id` when it is short and harmless in a log, else a new UUID.
 *
 * @param headers request headers
 */
export function requestIdOf(headers: Headers): string {
  const given = headers.get('x-request-id');
  return given !== null && SANE.test(given) ? given : randomUUID();
}
