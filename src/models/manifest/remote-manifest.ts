/**
 * A model by URL: its manifest lies beside it and pins what the file must be.
 *
 * @module
 */
import { isPictorError, PictorError } from '../../errors.ts';
import { type Address, shown } from '../download/address.ts';
import { addressesOf } from '../download/addresses.ts';
import { AttemptError, networkFailure } from '../download/attempt-error.ts';
import { backOff } from '../download/back-off.ts';
import type { Connections } from '../download/connections.ts';
import { failedDownload } from '../download/failed-download.ts';
import { openResponse } from '../download/open-response.ts';
import type { DownloadOptions } from '../download/options.ts';
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
 * @param url without user and password, which are in the options
 * @throws MODEL_UNKNOWN for an address that cannot be one, MODEL_DOWNLOAD_FAILED, MODEL_MANIFEST_INVALID
 */
export async function fetchManifest(
  url: URL,
  options: DownloadOptions,
  connections: Connections,
  signal: AbortSignal | undefined,
): Promise<Manifest> {
  requireTrustworthy(url);
  const file = decodeURIComponent(url.pathname.split('/').at(-1) ?? '');
  const failures: AttemptError[] = [];
  for (const name of [`${file.slice(0, -'.onnx'.length)}.manifest.json`, 'manifest.json']) {
    const at = new URL(encodeURIComponent(name), url);
    try {
      const text = await fetchText(at, options, connections, signal);
      const manifest = parseManifest(parseJson(text, shown(at)), shown(at));
      if (graphOf(manifest) === file) return fromHere(manifest, url);
      failures.push(new AttemptError('next', `${shown(at)} describes ${graphOf(manifest)}`));
    } catch (error) {
      if (!(error instanceof AttemptError)) throw error;
      if (!failures.includes(error)) failures.push(error);
    }
  }
  throw failedDownload(`a manifest of ${file} beside it`, failures);
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
  connections: Connections,
  signal: AbortSignal | undefined,
): Promise<string> {
  const mirrors = options.mirrors.filter((mirror) => mirror.includes('{url}'));
  let last = new AttemptError('next', `${shown(url)}: no address to try`);
  for (const address of addressesOf('', { path: '', urls: [url.href] }, { ...options, mirrors })) {
    const known = connections.hopeless.get(address.url.origin);
    if (known) {
      last = known;
      continue;
    }
    try {
      return await fromAddress(address, options, connections, signal);
    } catch (error) {
      if (!(error instanceof AttemptError)) throw error;
      if (error.hopeless !== undefined) connections.hopeless.set(error.hopeless, error);
      last = error;
    }
  }
  throw last;
}

async function fromAddress(
  address: Address,
  options: DownloadOptions,
  connections: Connections,
  signal: AbortSignal | undefined,
): Promise<string> {
  for (let failures = 1; ; failures++) {
    using stall = watchForStall(options.stallMs, signal);
    try {
      const headers = { accept: 'application/json', 'user-agent': 'pictor' };
      const { body } = await openResponse(address, headers, connections, stall.signal);
      return await readBounded(body, address.url, stall.alive);
    } catch (error) {
      signal?.throwIfAborted();
      if (isPictorError(error)) throw error;
      const failure =
        error instanceof AttemptError ? error : networkFailure(shown(address.url), address.url.origin, error);
      await backOff(failure, failures, address.url.origin, options, signal);
    }
  }
}

async function readBounded(body: AsyncIterable<unknown>, url: URL, alive: () => void): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    if (!(chunk instanceof Uint8Array)) continue;
    alive();
    bytes += chunk.length;
    if (bytes > MAX_BYTES) {
      throw new AttemptError('next', `${shown(url)} is no manifest: over ${MAX_BYTES} bytes`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
