/**
 * Fetching for strangers: they choose the address, and must not reach what only this host can reach.
 *
 * @module
 */
import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { abortError, throwIfAborted } from '../../../base/bounded.ts';
import { joinSignals } from '../../../base/join-signals.ts';
import { isPictorError, PictorError } from '../../../errors.ts';
import { checkUrl, type GuardOptions, guardedLookup } from './guard.ts';

/** Bounds of a fetch. */
export interface FetchOptions extends GuardOptions {
  /** Redirects that are followed, each checked again (default 3). */
  readonly maxRedirects?: number;
  /** Time for the whole fetch with its redirects (default 10 000 ms). */
  readonly timeoutMs?: number;
}

export const DEFAULT_FETCH_LIMITS = { maxRedirects: 3, timeoutMs: 10_000 } as const;

const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/** What is done with an answer of status 200. */
export interface FetchReader<Result> {
  /** The Accept header. */
  readonly accept: string;
  /** What an error says was expected, e.g. `a picture`. */
  readonly expected: string;
  /**
   * Reads the body; the connection is closed afterwards.
   *
   * @param response.length bytes that the server announced, 0 where it did not
   */
  read(response: {
    readonly body: Readable;
    readonly length: number;
    readonly signal: AbortSignal;
  }): Promise<Result>;
}

/**
 * Fetches from a public http(s) address: checked after the name is resolved, and again on each redirect.
 *
 * @throws IMAGE_URL_FORBIDDEN when the address may not be reached
 * @throws IMAGE_URL_FAILED when it does not answer with status 200 in time
 * @throws ABORTED, and what the reader throws
 */
export async function guardedFetch<Result>(
  address: string | URL,
  options: FetchOptions & { readonly signal?: AbortSignal | undefined },
  reader: FetchReader<Result>,
): Promise<Result> {
  const { maxRedirects = DEFAULT_FETCH_LIMITS.maxRedirects, timeoutMs = DEFAULT_FETCH_LIMITS.timeoutMs } =
    options;
  const failed = (received: string, cause?: unknown) =>
    new PictorError('IMAGE_URL_FAILED', { expected: reader.expected, received, cause });
  throwIfAborted(options.signal);
  let url = parse(String(address));
  const late = AbortSignal.timeout(timeoutMs);
  const { signal, release } = joinSignals(options.signal, late);
  try {
    for (let hop = 0; hop <= maxRedirects; hop++) {
      checkUrl(url, options);
      const answer = await get(url, options, signal, reader, failed);
      if ('result' in answer) return answer.result;
      url = parse(answer.location, url);
    }
  } catch (thrown) {
    if (options.signal?.aborted) throw abortError(options.signal);
    if (late.aborted) throw failed(`no answer within ${timeoutMs} ms`, thrown);
    throw isPictorError(thrown) ? thrown : fromNetwork(thrown, failed);
  } finally {
    release();
  }
  throw failed(`more than ${maxRedirects} redirects`);
}

type Failed = (received: string, cause?: unknown) => PictorError;

/**
 * One request on a connection of its own: what was read, or where to go instead. By Node.js's own client: undici's
 * parser fails an assertion, outside of every promise, when a server closes while its reader is not ready for more.
 */
async function get<Result>(
  url: URL,
  options: GuardOptions,
  signal: AbortSignal,
  { accept, read }: FetchReader<Result>,
  failed: Failed,
): Promise<{ readonly result: Result } | { readonly location: string }> {
  // On demand: most processes never fetch anything.
  const { request } = await (url.protocol === 'https:' ? import('node:https') : import('node:http'));
  const sent = request(url, {
    agent: false,
    lookup: guardedLookup(url, options),
    maxHeaderSize: 16 * 1024,
    signal,
    headers: { accept, 'accept-encoding': 'identity', 'user-agent': 'pictor', connection: 'close' },
  });
  try {
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      sent.on('response', resolve).on('error', reject).end();
    });
    // Whoever reads it is told; without a listener an error after the last read would end the process.
    response.on('error', () => {});
    const { statusCode = 0, headers } = response;
    const { location } = headers;
    if (REDIRECTS.has(statusCode) && location !== undefined) return { location };
    if (statusCode !== 200) throw failed(`HTTP status ${statusCode}`);
    const length = Number(headers['content-length'] ?? 0);
    return { result: await read({ body: response, length, signal }) };
  } finally {
    sent.destroy();
  }
}

function parse(address: string, base?: URL): URL {
  if (URL.canParse(address, base?.href)) return new URL(address, base);
  throw new PictorError('IMAGE_URL_FORBIDDEN', { expected: 'an http or https address' });
}

/** Errors of the guard arrive wrapped in whatever the network library makes of a failed lookup. */
function fromNetwork(thrown: unknown, failed: Failed): PictorError {
  for (let cause = thrown; cause instanceof Error; cause = cause.cause) {
    if (isPictorError(cause)) return cause;
  }
  const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : 'a network error';
  return failed(code, thrown);
}
