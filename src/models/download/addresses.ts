/**
 * Which addresses a file is tried at, and in which order.
 *
 * @module
 */
import type { ModelFile } from '../manifest/manifest.ts';
import { type Address, toAddress } from './address.ts';
import { DEFAULT_HUGGING_FACE, type DownloadOptions } from './options.ts';

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
