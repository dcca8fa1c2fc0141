/**
 * From an address to the response that carries the bytes, through redirects.
 *
 * @module
 */
import { type Dispatcher, request } from 'undici';
import { type Address, shown } from './address.ts';
import { AttemptError, networkFailure } from './attempt-error.ts';
import { parseRetryAfter } from './back-off.ts';
import type { Connections } from './connections.ts';
import { type EagerBody, eagerBody } from './eager-body.ts';

/** A response whose body has not been read. */
export interface OpenResponse {
  readonly status: number;
  readonly header: (name: string) => string | undefined;
  readonly body: EagerBody;
}

const MAX_REDIRECTS = 8;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/**
 * Sends a GET and follows redirects.
 *
 * @param address where to begin
 * @param headers sent on every hop; credentials go to the first origin only
 * @returns a response with status 200, 206 or 416
 * @throws AttemptError, and MODEL_DOWNLOAD_FAILED when a proxy refuses the password
 */
export async function openResponse(
  address: Address,
  headers: Readonly<Record<string, string>>,
  connections: Connections,
  signal: AbortSignal,
): Promise<OpenResponse> {
  let url = address.url;
  for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
    const trusted = address.authorization && url.origin === address.url.origin;
    const sent = trusted ? { ...headers, authorization: address.authorization ?? '' } : headers;
    const response = await send(url, sent, connections, signal);
    const header = (name: string) => single(response.headers[name]);
    const body = eagerBody(response.body);
    const { statusCode: status } = response;
    if (REDIRECTS.has(status)) {
      body.discard();
      url = target(url, header('location'));
      continue;
    }
    if (status === 200 || status === 206 || status === 416) return { status, header, body };
    body.discard();
    if (status === 407 && connections.usesProxy(url)) throw connections.proxyRefusal(url);
    const message = `${shown(url)} answered ${status}`;
    if (status === 408 || status === 425 || status === 429 || status >= 500) {
      const retryAfterMs = parseRetryAfter(header('retry-after'), header('date'));
      throw new AttemptError('again', message, { retryAfterMs });
    }
    // A password that was refused once is not sent again, for no file of the model.
    const refused = trusted && (status === 401 || status === 403);
    throw new AttemptError('next', message, refused ? { hopeless: url.origin } : {});
  }
  throw new AttemptError('next', `${shown(address.url)} redirects more than ${MAX_REDIRECTS} times`);
}

async function send(
  url: URL,
  headers: Readonly<Record<string, string>>,
  connections: Connections,
  signal: AbortSignal,
): Promise<Dispatcher.ResponseData> {
  try {
    return await request(url, { method: 'GET', headers, dispatcher: connections.dispatcher, signal });
  } catch (error) {
    signal.throwIfAborted();
    // The client says it in words only: of the tunnel for https, and of the plain request for http.
    const said = error instanceof Error ? error.message : '';
    const tunnel = /^Proxy (?:response|Authentication Required) \((\d+)\)/.exec(said)?.[1];
    if (tunnel === '407') throw connections.proxyRefusal(url);
    if (tunnel !== undefined) {
      const again = tunnel === '408' || tunnel === '429' || tunnel.startsWith('5');
      throw new AttemptError(again ? 'again' : 'next', `${shown(url)}: its proxy answered ${tunnel}`, {
        cause: error,
      });
    }
    throw networkFailure(shown(url), url.origin, error);
  }
}

function target(from: URL, location: string | undefined): URL {
  if (!location || !URL.canParse(location, from.href)) {
    throw new AttemptError('next', `${shown(from)} redirects to nowhere`);
  }
  const to = new URL(location, from);
  const secureToPlain = from.protocol === 'https:' && to.protocol !== 'https:';
  if (secureToPlain || !/^https?:$/.test(to.protocol)) {
    throw new AttemptError('next', `${shown(from)} redirects from https to ${to.protocol}//${to.host}`);
  }
  to.username = '';
  to.password = '';
  return to;
}

function single(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}
