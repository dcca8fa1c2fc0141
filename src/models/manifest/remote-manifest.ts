/**
 * A model by URL: its manifest lies beside it and pins what the file must be.
 *
 * @module
 */
import { EnvHttpProxyAgent } from 'undici';
import { PictorError } from '../../errors.ts';
import { addressesOf } from '../download/addresses.ts';
import { AttemptError } from '../download/attempt-error.ts';
import { pause, pauseMs } from '../download/back-off.ts';
import { openResponse } from '../download/open-response.ts';
import { type DownloadOptions, proxyOptions } from '../download/options.ts';
import { watchForStall } from '../download/stall-watch.ts';
import type { Manifest } from './manifest.ts';
import { graphOf, parseJson, parseManifest } from './manifest-file.ts';

/** Bytes of a manifest, at most: a thousand labels in two languages take 40 kB. */
const MAX_BYTES = 4 << 20;

const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/;

/**
 * Fetches the manifest of `https://…/model.onnx`: `model.manifest.json`, else `manifest.json`, beside it. Files are
 * taken from the same place, whatever addresses the manifest names.
 *
 * @throws MODEL_UNKNOWN for an address that cannot be one, MODEL_DOWNLOAD_FAILED, MODEL_MANIFEST_INVALID
 */
export async function fetchManifest(
  url: URL,
  options: DownloadOptions,
  signal: AbortSignal | undefined,
): Promise<Manifest> {
  requireTrustworthy(url);
  const file = decodeURIComponent(url.pathname.split('/').at(-1) ?? '');
  const failures: string[] = [];
  for (const name of [`${file.slice(0, -'.onnx'.length)}.manifest.json`, 'manifest.json']) {
    const at = new URL(encodeURIComponent(name), url);
    try {
      const text = await fetchText(at, options, signal);
      const manifest = parseManifest(parseJson(text, at.href), at.href);
      if (graphOf(manifest) === file) return fromHere(manifest, url);
      failures.push(`${at.href} describes ${graphOf(manifest)}`);
    } catch (error) {
      if (!(error instanceof AttemptError)) throw error;
      failures.push(error.message);
    }
  }
  throw new PictorError('MODEL_DOWNLOAD_FAILED', {
    expected: `a manifest of ${file} beside it`,
    received: failures.join('; '),
  });
}

/** The manifest is what the file is checked against: nobody on the way may be able to change it. */
function requireTrustworthy(url: URL): void {
  const safe = url.protocol === 'https:' || LOOPBACK.test(url.hostname);
  if (safe && url.pathname.endsWith('.onnx')) return;
  throw new PictorError('MODEL_UNKNOWN', {
    expected: 'an https address of an .onnx file, with its manifest beside it',
    received: url.origin + url.pathname,
  });
}

function fromHere(manifest: Manifest, url: URL): Manifest {
  const files = manifest.files.map((file) => {
    const path = file.path.split('/').map(encodeURIComponent).join('/');
    return { ...file, urls: [new URL(path, url).href] };
  });
  return { ...manifest, files };
}

async function fetchText(
  url: URL,
  options: DownloadOptions,
  signal: AbortSignal | undefined,
): Promise<string> {
  const mirrors = options.mirrors.filter((mirror) => mirror.includes('{url}'));
  const dispatcher = new EnvHttpProxyAgent(proxyOptions(options));
  let last: unknown;
  try {
    for (const address of addressesOf('', { path: '', urls: [url.href] }, { ...options, mirrors })) {
      for (let failures = 1; failures <= options.attempts; failures++) {
        using stall = watchForStall(options.stallMs, signal);
        try {
          const headers = { accept: 'application/json', 'user-agent': 'pictor' };
          const response = await openResponse(address, headers, dispatcher, stall.signal);
          return await readBounded(response.body, url);
        } catch (error) {
          signal?.throwIfAborted();
          last = error instanceof AttemptError ? error : new AttemptError('again', `${url.href}: ${error}`);
          if (last instanceof AttemptError && last.verdict !== 'again') break;
          if (failures < options.attempts) await pause(pauseMs(failures, undefined, options), signal);
        }
      }
    }
  } finally {
    await dispatcher.destroy();
  }
  throw last;
}

async function readBounded(body: AsyncIterable<unknown>, url: URL): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    if (!(chunk instanceof Uint8Array)) continue;
    bytes += chunk.length;
    if (bytes > MAX_BYTES)
      throw new AttemptError('next', `${url.href} is no manifest: over ${MAX_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
