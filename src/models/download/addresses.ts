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
  options: Pick<DownloadOptions, 'mirrors' | 'huggingFace'>,
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
  return [...new Set([...mirrored, ...own])].map(toAddress);
}

/** Takes user and password out of a URL, so that neither shows in messages nor follows a redirect. */
function toAddress(text: string): Address {
  const url = new URL(text);
  if (!url.username && !url.password) return { url };
  const secret = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  url.username = '';
  url.password = '';
  return { url, authorization: `Basic ${Buffer.from(secret).toString('base64')}` };
}

/** An address as messages show it: without the query, where signed links keep their secret. */
export function shown(url: URL): string {
  return url.origin + url.pathname;
}
