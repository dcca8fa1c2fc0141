/**
 * One file, from whichever of its addresses works, verified.
 *
 * @module
 */
import { EnvHttpProxyAgent } from 'undici';
import { PictorError } from '../../errors.ts';
import type { ModelFile } from '../manifest/manifest.ts';
import { hashFile } from '../store/file-hash.ts';
import { type Address, shown } from './addresses.ts';
import { type Attempt, runAttempt } from './attempt.ts';
import { AttemptError } from './attempt-error.ts';
import { pause, pauseMs } from './back-off.ts';
import { type DownloadOptions, proxyOptions } from './options.ts';
import { dropPart, partBytes } from './part-file.ts';

/** What to fetch, and where to put it. */
export interface FileDownload {
  readonly file: Pick<ModelFile, 'path' | 'sha256' | 'bytes'>;
  /** Best first. */
  readonly addresses: readonly Address[];
  /** The file grows here; an earlier part is continued. */
  readonly partPath: string;
  readonly options: DownloadOptions;
  readonly signal?: AbortSignal;
  readonly onProgress?: (url: string, receivedBytes: number) => void;
}

/**
 * Downloads a file into `partPath`: addresses in order, with retries, resuming by byte range. When it returns, size and
 * SHA-256 are right and the bytes are on the disk.
 *
 * @throws MODEL_HASH_MISMATCH when every address offers another file, MODEL_DOWNLOAD_FAILED, ABORTED, and what the
 *   file system says
 */
export async function downloadFile(download: FileDownload): Promise<void> {
  const { options, addresses, file } = download;
  const failures: AttemptError[] = [];
  const dispatcher = new EnvHttpProxyAgent(proxyOptions(options));
  try {
    for (const address of addresses) {
      const origin = address.url.origin;
      if (failures.some(({ unreachable }) => unreachable === origin)) continue;
      try {
        await fromAddress(download, address, dispatcher);
        return;
      } catch (error) {
        if (!(error instanceof AttemptError)) throw error;
        failures.push(error);
      }
    }
  } finally {
    await dispatcher.destroy();
  }
  const allWrong = failures.length > 0 && failures.every(({ verdict }) => verdict === 'wrong');
  throw new PictorError(allWrong ? 'MODEL_HASH_MISMATCH' : 'MODEL_DOWNLOAD_FAILED', {
    expected: `${file.path} (${file.bytes} bytes, sha256 ${file.sha256.slice(0, 12)}…)`,
    received: failures.map(({ message }) => message).join('; ') || 'no address to try',
    fix: 'Check the network, or set PICTOR_MODEL_MIRROR, HF_ENDPOINT or HTTPS_PROXY; a new try continues where this one ended',
    cause: failures.at(-1),
  });
}

/** One address until it has delivered, or proved useless. */
async function fromAddress(
  download: FileDownload,
  address: Address,
  dispatcher: Attempt['dispatcher'],
): Promise<void> {
  const { file, partPath, options, signal } = download;
  const attempt: Attempt = {
    address,
    bytes: file.bytes,
    partPath,
    dispatcher,
    stallMs: options.stallMs,
    signal,
    onBytes: (received) => download.onProgress?.(shown(address.url), received),
  };
  let most = await partBytes(partPath);
  let pieced = most > 0;
  let failures = 0;
  for (;;) {
    try {
      await runAttempt(attempt);
      const found = await hashFile(partPath, { fresh: true, ...(signal && { signal }) });
      if (found === file.sha256) return;
      await dropPart(partPath);
      if (!pieced)
        throw new AttemptError('wrong', `${shown(address.url)} has another file (sha256 ${found})`);
      // The fault may lie in a piece that came earlier, perhaps from another address: once more in one go.
      pieced = false;
      most = 0;
    } catch (error) {
      if (!(error instanceof AttemptError)) throw error;
      if (error.verdict === 'wrong') await dropPart(partPath);
      if (error.verdict !== 'again') throw error;
      const kept = await partBytes(partPath);
      failures = kept - most >= worthwhile(file.bytes) ? 1 : failures + 1;
      most = Math.max(most, kept);
      const asked = error.retryAfterMs;
      const limit = error.unreachable ? Math.min(2, options.attempts) : options.attempts;
      if (failures >= limit || (asked ?? 0) > options.maxBackoffMs) throw error;
      await pause(pauseMs(failures, asked, options), signal);
    }
  }
}

/** Progress that shows the address works, however often it hangs up: 5 % of the file, at most 1 MiB. */
function worthwhile(bytes: number): number {
  return Math.max(1, Math.min(1 << 20, bytes / 20));
}
