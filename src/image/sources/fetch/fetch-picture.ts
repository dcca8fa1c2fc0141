/**
 * Pictures by URL, fetched so that a stranger who chooses the address cannot reach what only this host can reach.
 *
 * @module
 */

import { abortError, throwIfAborted } from '../../../base/bounded.ts';
import { joinSignals } from '../../../base/join-signals.ts';
import { isPictorError, PictorError } from '../../../errors.ts';
import { formatBytes, type ImageOptions, resolveLimits, tooLarge } from '../../limits.ts';
import type { ImageLimits } from '../../types.ts';
import { type ChunkOptions, readChunks } from '../chunks.ts';
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

/**
 * Fetches a picture from a public http(s) address.
 *
 * Only public addresses are connected to, checked after the name is resolved and again on each redirect; `docs/safety.md`
 * has the list. Proxies from the environment are not used: a proxy would resolve the name itself.
 *
 * @param address http or https, ports 80 and 443 unless `ports` says otherwise
 * @param options limits (`maxBytes`), signal, and the bounds of the fetch
 * @returns the bytes, not yet looked at
 * @throws IMAGE_URL_FORBIDDEN when the address may not be reached
 * @throws IMAGE_URL_FAILED when it does not answer with a picture in time
 * @throws IMAGE_TOO_LARGE, IMAGE_EMPTY, ABORTED
 * @example
 * const bytes = await fetchPicture('https://example.com/cat.jpg', { limits: { maxBytes: 5_000_000 } });
 */
export async function fetchPicture(
  address: string | URL,
  options: FetchOptions & ImageOptions & Pick<ChunkOptions, 'hold'> = {},
): Promise<Uint8Array> {
  const limits = resolveLimits(options.limits);
  const { maxRedirects = DEFAULT_FETCH_LIMITS.maxRedirects, timeoutMs = DEFAULT_FETCH_LIMITS.timeoutMs } =
    options;
  throwIfAborted(options.signal);
  let url = parse(String(address));
  const late = AbortSignal.timeout(timeoutMs);
  const { signal, release } = joinSignals(options.signal, late);
  try {
    for (let hop = 0; hop <= maxRedirects; hop++) {
      checkUrl(url, options);
      const answer = await get(url, options, { limits, signal, hold: options.hold });
      if (answer instanceof Uint8Array) return answer;
      url = parse(answer.location, url);
    }
  } catch (thrown) {
    if (options.signal?.aborted) throw abortError(options.signal);
    if (late.aborted) throw failed(`no answer within ${timeoutMs} ms`, thrown);
    throw isPictorError(thrown) ? thrown : fromNetwork(thrown);
  } finally {
    release();
  }
  throw failed(`more than ${maxRedirects} redirects`);
}

/** One request on a connection of its own: the picture, or where to go instead. */
async function get(
  url: URL,
  options: GuardOptions,
  { limits, ...reading }: { limits: ImageLimits; signal: AbortSignal } & ChunkOptions,
): Promise<Uint8Array | { location: string }> {
  // On demand: most processes never fetch a picture.
  const { Agent, request } = await import('undici');
  const agent = new Agent({
    connect: { lookup: guardedLookup(url, options) },
    maxHeaderSize: 16 * 1024,
    pipelining: 0,
  });
  try {
    const { statusCode, headers, body } = await request(url, {
      dispatcher: agent,
      signal: reading.signal,
      headers: { accept: 'image/*', 'accept-encoding': 'identity', 'user-agent': 'pictor' },
    });
    const { location } = headers;
    if (REDIRECTS.has(statusCode) && typeof location === 'string') return { location };
    if (statusCode !== 200) throw failed(`HTTP status ${statusCode}`);
    const length = Number(headers['content-length'] ?? 0);
    if (length > limits.maxBytes) throw tooLarge(limits, formatBytes(length));
    return await readChunks(body, limits, reading);
  } finally {
    await agent.destroy();
  }
}

function parse(address: string, base?: URL): URL {
  if (URL.canParse(address, base?.href)) return new URL(address, base);
  throw new PictorError('IMAGE_URL_FORBIDDEN', { expected: 'an http or https address' });
}

function failed(received: string, cause?: unknown): PictorError {
  return new PictorError('IMAGE_URL_FAILED', { expected: 'a picture', received, cause });
}

/** Errors of the guard arrive wrapped in whatever the network library makes of a failed lookup. */
function fromNetwork(thrown: unknown): PictorError {
  for (let cause = thrown; cause instanceof Error; cause = cause.cause) {
    if (isPictorError(cause)) return cause;
  }
  const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : 'a network error';
  return failed(code, thrown);
}
