/**
 * Pictures by URL, fetched so that a stranger who chooses the address cannot reach what only this host can reach.
 *
 * @module
 */
import { formatBytes, type ImageOptions, resolveLimits, tooLarge } from '../../limits.ts';
import { type ChunkOptions, readChunks } from '../chunks.ts';
import { type FetchOptions, guardedFetch } from './guarded-fetch.ts';

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
  return guardedFetch(address, options, {
    accept: 'image/*',
    expected: 'a picture',
    read({ body, length, signal }) {
      if (length > limits.maxBytes) throw tooLarge(limits, formatBytes(length));
      return readChunks(body, limits, { signal, hold: options.hold });
    },
  });
}
