import { fileURLToPath } from 'node:url';
import { abortError, throwIfAborted } from '../../base/bounded.ts';
import { PictorError } from '../../errors.ts';
import { checkBytes, type ImageOptions, resolveLimits } from '../limits.ts';
import type { ImageSource } from '../types.ts';
import { readChunks } from './chunks.ts';
import type { FetchOptions } from './fetch/guarded-fetch.ts';
import { readFileBounded } from './file.ts';
import { decodeBase64, decodeDataUrl } from './text.ts';

/** How a source may be read. */
export interface ReadOptions extends ImageOptions {
  /**
   * Whether http(s) addresses are fetched, and within which bounds (default false). See `docs/safety.md` for what is
   * refused even then.
   */
  readonly urls?: boolean | FetchOptions;
  /** Told of the bytes of a stream before they are kept; refuses them by throwing. */
  readonly hold?: (bytes: number) => unknown;
}

/**
 * Reads the bytes of a picture from any source, never more than the limits allow.
 *
 * @param source a file path, a data URL, an http(s) URL, bytes, a Blob, a stream or `{ base64 }`; a Uint8Array comes
 *   back as it is, not copied
 * @param options limits (`maxBytes`, default 20 MiB), signal, and whether URLs may be fetched (default no)
 * @throws IMAGE_SOURCE_INVALID, IMAGE_NOT_FOUND, IMAGE_EMPTY, IMAGE_TOO_LARGE, IMAGE_BASE64_INVALID, ABORTED
 * @throws IMAGE_URL_DISABLED, IMAGE_URL_FORBIDDEN, IMAGE_URL_FAILED for http(s) addresses
 * @example
 * const bytes = await readSource('photo.jpg', { limits: { maxBytes: 5_000_000 } });
 */
export async function readSource(source: ImageSource, options: ReadOptions = {}): Promise<Uint8Array> {
  const limits = resolveLimits(options.limits);
  const { signal } = options;
  throwIfAborted(signal);
  if (source instanceof Uint8Array) {
    checkBytes(source.byteLength, limits);
    return source;
  }
  if (typeof source === 'string' || source instanceof URL) return readAddress(source, options);
  if (source instanceof ArrayBuffer) {
    checkBytes(source.byteLength, limits);
    return new Uint8Array(source);
  }
  if (source instanceof Blob) {
    checkBytes(source.size, limits);
    const bytes = new Uint8Array(await source.arrayBuffer());
    if (signal?.aborted) throw abortError(signal);
    return bytes;
  }
  // ReadableStream is an AsyncIterable in Node; so are Node's own streams.
  if (isAsyncIterable(source)) return readChunks(source, limits, options);
  if (isBase64(source)) return decodeBase64(source.base64, limits);
  throw new PictorError('IMAGE_SOURCE_INVALID', {
    expected: 'a path, a URL, bytes, a Blob, a stream or { base64 }',
    received: source === null ? 'null' : typeof source,
  });
}

/** A path and a URL share the type string: what starts with a known scheme is a URL, all else a path. */
async function readAddress(address: string | URL, options: ReadOptions): Promise<Uint8Array> {
  const limits = resolveLimits(options.limits);
  const text = address instanceof URL ? address.href : address;
  if (/^data:/i.test(text)) return decodeDataUrl(text, limits);
  if (/^https?:/i.test(text)) return readHttp(text, options);
  if (/^file:/i.test(text)) return readFileBounded(filePath(text), limits, options.signal);
  if (address instanceof URL) {
    throw new PictorError('IMAGE_SOURCE_INVALID', {
      expected: 'an http, https, file or data URL',
      received: address.protocol,
    });
  }
  return readFileBounded(text, limits, options.signal);
}

async function readHttp(
  url: string,
  { urls = false, limits, signal, hold }: ReadOptions,
): Promise<Uint8Array> {
  if (urls === false) {
    throw new PictorError('IMAGE_URL_DISABLED', {
      fix: 'Give the picture itself, or allow addresses with `urls: true`',
    });
  }
  const bounds = urls === true ? {} : urls;
  const { fetchPicture } = await import('./fetch/fetch-picture.ts');
  return fetchPicture(url, {
    ...bounds,
    ...(limits && { limits }),
    ...(signal && { signal }),
    ...(hold && { hold }),
  });
}

function filePath(url: string): string {
  try {
    return fileURLToPath(url);
  } catch (cause) {
    throw new PictorError('IMAGE_SOURCE_INVALID', { expected: 'the URL of a local file', cause });
  }
}

function isAsyncIterable(source: unknown): source is AsyncIterable<unknown> {
  return typeof source === 'object' && source !== null && Symbol.asyncIterator in source;
}

function isBase64(source: unknown): source is { readonly base64: string } {
  return (
    typeof source === 'object' && source !== null && 'base64' in source && typeof source.base64 === 'string'
  );
}
