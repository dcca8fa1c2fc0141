/**
 * The files of one model, from the network into the store.
 *
 * @module
 */
import { stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { PictorError } from '../../errors.ts';
import { addressesOf } from '../download/addresses.ts';
import type { Connections } from '../download/connections.ts';
import { downloadFile } from '../download/download-file.ts';
import type { DownloadOptions } from '../download/options.ts';
import { partBytes } from '../download/part-file.ts';
import type { Manifest } from '../manifest/manifest.ts';
import type { PlacedManifest } from '../manifest/manifest-file.ts';
import type { PullOptions } from '../types.ts';
import type { StoreLayout } from './layout.ts';
import { makeFolder } from './make-folder.ts';
import { ownPart, releasePart, salvage } from './part-files.ts';
import { publish } from './publish.ts';
import { storing } from './store-failure.ts';

/**
 * Downloads what a manifest names and publishes it. The caller holds the model's lock, or believes so.
 *
 * @param lookAgain gives the model if another writer has put it there meanwhile
 * @throws MODEL_OFFLINE before anything is touched, MODEL_DOWNLOAD_FAILED, MODEL_HASH_MISMATCH, MODEL_STORE_FAILED, and
 * the signal's reason; a partial file stays for the next try
 */
export async function pullFiles(
  layout: StoreLayout,
  manifest: Manifest,
  download: DownloadOptions,
  connections: Connections,
  { signal, onProgress }: PullOptions,
  lookAgain: () => Promise<PlacedManifest | undefined>,
): Promise<PlacedManifest> {
  const { id, files } = manifest;
  const there = join(layout.models, id);
  if (!(await stat(there).catch(() => undefined))) requireOnline(download, id);
  const folder = layout.parts(id);
  await storing(folder, () => makeFolder(folder));
  const parts: string[] = [];
  try {
    for (const file of files) parts.push(await ownPart(folder, file));
    const missing: number[] = [];
    for (const [index, file] of files.entries()) {
      if (!(await salvage(there, file, parts[index] ?? ''))) missing.push(index);
    }
    if (missing.length > 0) requireOnline(download, id);
    await requireSpace(folder, manifest, parts);
    for (const index of missing) {
      const file = files[index];
      if (!file) continue;
      await downloadFile({
        file,
        addresses: addressesOf(id, file, download),
        partPath: parts[index] ?? '',
        options: download,
        connections,
        ...(signal && { signal }),
        onProgress: (url, receivedBytes) =>
          onProgress?.({ model: id, file: file.path, url, receivedBytes, totalBytes: file.bytes }),
      });
    }
    signal?.throwIfAborted();
    return await publish(layout, manifest, parts, lookAgain);
  } catch (error) {
    for (const [index, part] of parts.entries()) {
      const file = files[index];
      if (file) await releasePart(folder, file, part).catch(() => {});
    }
    throw error;
  }
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
