/**
 * The files of one model, from the network into the store.
 *
 * @module
 */
import { statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { PictorError } from '../../errors.ts';
import { addressesOf } from '../download/addresses.ts';
import { downloadFile } from '../download/download-file.ts';
import type { DownloadOptions } from '../download/options.ts';
import { partBytes } from '../download/part-file.ts';
import type { Manifest } from '../manifest/manifest.ts';
import type { PlacedManifest } from '../manifest/manifest-file.ts';
import type { PullOptions } from '../types.ts';
import type { StoreLayout } from './layout.ts';
import { makeFolder } from './make-folder.ts';
import { publish } from './publish.ts';
import { storing } from './store-failure.ts';

/**
 * Downloads what a manifest names and publishes it. The caller holds the model's lock.
 *
 * @throws MODEL_OFFLINE before anything is touched, MODEL_DOWNLOAD_FAILED, MODEL_HASH_MISMATCH, MODEL_STORE_FAILED, and
 * the signal's reason; a partial file stays for the next try
 */
export async function pullFiles(
  layout: StoreLayout,
  manifest: Manifest,
  download: DownloadOptions,
  { signal, onProgress }: PullOptions,
): Promise<PlacedManifest> {
  const { id, files } = manifest;
  requireOnline(download, id);
  const folder = layout.parts(id);
  await storing(folder, () => makeFolder(folder));
  const parts = files.map(({ sha256 }) => join(folder, `${sha256}.part`));
  await requireSpace(folder, manifest, parts);
  for (const [index, file] of files.entries()) {
    const partPath = parts[index] ?? '';
    await downloadFile({
      file,
      addresses: addressesOf(id, file, download),
      partPath,
      options: download,
      ...(signal && { signal }),
      onProgress: (url, receivedBytes) =>
        onProgress?.({ model: id, file: file.path, url, receivedBytes, totalBytes: file.bytes }),
    });
  }
  signal?.throwIfAborted();
  return publish(layout, manifest, parts);
}

/** @throws MODEL_OFFLINE */
export function requireOnline(download: DownloadOptions, model: string): void {
  if (!download.offline) return;
  throw new PictorError('MODEL_OFFLINE', {
    received: `${model} with PICTOR_OFFLINE set`,
    fix: 'Unset PICTOR_OFFLINE and run: pictor models pull, or add the file with: pictor models add',
  });
}

/** A disk that is too full is better known before the download than after most of it. */
async function requireSpace(folder: string, manifest: Manifest, parts: readonly string[]): Promise<void> {
  let wanted = 0;
  for (const [index, file] of manifest.files.entries()) {
    wanted += Math.max(0, file.bytes - (await partBytes(parts[index] ?? '')));
  }
  const { bavail, bsize } = await storing(folder, () => statfs(folder));
  if (bavail * bsize >= wanted) return;
  throw new PictorError('MODEL_STORE_FAILED', {
    expected: `${wanted} bytes free at ${folder} for ${manifest.id}`,
    received: `a full disk with ${bavail * bsize}`,
    fix: 'Free disk space, or set PICTOR_HOME to a folder on another disk',
  });
}
