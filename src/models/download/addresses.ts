/**
 * Which addresses a file is tried at, and in which order.
 *
 * @module
 */
import type { ModelFile } from '../manifest/manifest.ts';
import { DEFAULT_HUGGING_FACE, type DownloadOptions } from './options.ts';

/** An address without its password, and the header that carries it. */
export interface Address {
  readonly url: URL;
  readonly authorization?: string;
}

/** A header that one origin may see. */
export interface Credentials {
  readonly origin: string;
  readonly authorization: string;
}

/**
 * The addresses of a model file, best first: each mirror, then the manifest's own with `HF_ENDPOINT` in place of
 * Hugging Face. A mirror is a prefix (`<mirror>/<model id>/<file path>`, the layout of the store itself) or a template
 * with `{url}`, which stands for each of the manifest's addresses.
 *
 * @param model id of the model
 * @param file one of its files
 */
export function addressesOf(
  model: string,
  file: Pick<ModelFile, 'path' | 'urls'>,
  options: Pick<DownloadOptions, 'mirrors' | 'huggingFace' | 'credentials'>,
): Address[] {
  const mirrored = options.mirrors.flatMap((mirror) => {
    if (mirror.includes('{url}')) return file.urls.map((url) => mirror.replace('{url}', url));
    const path = [model, ...file.path.split('/')].map(encodeURIComponent).join('/');
    return [`${mirror.replace(/\/+$/, '')}/${path}`];
  });
  const own = file.urls.map((url) =>
    url.startsWith(`${DEFAULT_HUGGING_FACE}/`)
      ? options.huggingFace + url.slice(DEFAULT_HUGGING_FACE.length)
      : url,
  );
  const { credentials } = options;
  return [...new Set([...mirrored, ...own])]
    .map(toAddress)
    .map((address) =>
      credentials && !address.authorization && address.url.origin === credentials.origin
        ? { ...address, authorization: credentials.authorization }
        : address,
    );
}

/** Takes user and password out of a URL, so that they show nowhere and follow no redirect. */
export function toAddress(text: string): Address {
  const url = new URL(text);
  if (!url.username && !url.password) return { url };
  const secret = `${decoded(url.username)}:${decoded(url.password)}`;
  url.username = '';
  url.password = '';
  return { url, authorization: `Basic ${Buffer.from(secret).toString('base64')}` };
}

/** A per cent sign that begins no escape stands for itself. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** An address as it may be kept: without user and password. */
export function kept(text: string): string {
  return URL.canParse(text) ? toAddress(text).url.href : text;
}

/** An address as messages show it: without the query, where signed links keep their secret. */
export function shown(url: URL): string {
  return url.origin + url.pathname;
}
