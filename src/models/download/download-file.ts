/**
 * One file, from whichever of its addresses works, verified.
 *
 * @module
 */
import type { ModelFile } from '../manifest/manifest.ts';
import { hashFile } from '../store/file-hash.ts';
import { type Address, shown } from './address.ts';
import { type Attempt, runAttempt } from './attempt.ts';
import { AttemptError } from './attempt-error.ts';
import { backOff } from './back-off.ts';
import type { Connections } from './connections.ts';
import { failedDownload } from './failed-download.ts';
import type { DownloadOptions } from './options.ts';
import { dropPart, partBytes } from './part-file.ts';

/** What to fetch, and where to put it. */
export interface FileDownload {
  readonly file: Pick<ModelFile, 'path' | 'sha256' | 'bytes'>;
  /** Best first. */
  readonly addresses: readonly Address[];
  /** The file grows here; an earlier part is continued. */
  readonly partPath: string;
  readonly options: DownloadOptions;
  readonly connections: Connections;
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
  const { addresses, connections, file } = download;
  const failures: AttemptError[] = [];
  for (const address of addresses) {
    const known = connections.hopeless.get(address.url.origin);
    if (known) {
      if (!failures.includes(known)) failures.push(known);
      continue;
    }
    try {
      await fromAddress(download, address);
      return;
    } catch (error) {
      if (!(error instanceof AttemptError)) throw error;
      if (error.hopeless !== undefined) connections.hopeless.set(error.hopeless, error);
      failures.push(error);
    }
  }
  throw failedDownload(`${file.path} (${file.bytes} bytes, sha256 ${file.sha256.slice(0, 12)}…)`, failures);
}

/** One address until it has delivered, or proved useless. */
async function fromAddress(download: FileDownload, address: Address): Promise<void> {
  const { file, partPath, options, connections, signal } = download;
  const attempt: Omit<Attempt, 'whole'> = {
    address,
    bytes: file.bytes,
    partPath,
    connections,
    stallMs: options.stallMs,
    signal,
    onBytes: (received) => download.onProgress?.(shown(address.url), received),
  };
  let most = await partBytes(partPath);
  let pieced = most > 0;
  let whole = false;
  let failures = 0;
  for (;;) {
    try {
      await runAttempt({ ...attempt, whole });
      const found = await hashFile(partPath, { fresh: true, ...(signal && { signal }) });
      if (found === file.sha256) return;
      await dropPart(partPath);
      if (!pieced || whole)
        throw new AttemptError('wrong', `${shown(address.url)} has another file (sha256 ${found})`);
      // The fault may lie in a piece that came earlier, perhaps from another address: once more in one go.
      pieced = false;
      most = 0;
    } catch (error) {
      if (!(error instanceof AttemptError)) throw error;
      if (error.verdict === 'wrong') await dropPart(partPath);
      if (error.verdict === 'whole' && !whole) {
        whole = true;
        continue;
      }
      const kept = await partBytes(partPath);
      failures = kept - most >= worthwhile(file.bytes) ? 1 : failures + 1;
      most = Math.max(most, kept);
      await backOff(error, failures, address.url.origin, options, signal);
    }
  }
}

/** Progress that shows the address works, however often it hangs up: 5 % of the file, at most 1 MiB. */
function worthwhile(bytes: number): number {
  return Math.max(1, Math.min(1 << 20, bytes / 20));
}
