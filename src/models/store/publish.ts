/**
 * Making a finished model visible, and taking it away, in one step each.
 *
 * @module
 */
import { randomUUID } from 'node:crypto';
import { open, readdir, rename, rm, rmdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { kept } from '../download/address.ts';
import type { Manifest } from '../manifest/manifest.ts';
import { type PlacedManifest, placeIn } from '../manifest/manifest-file.ts';
import type { StoreLayout } from './layout.ts';
import { makeFolder } from './make-folder.ts';
import { MANIFEST_NAME } from './shelf.ts';
import { sweepStampDrafts } from './stamps.ts';
import { errorCode, storing } from './store-failure.ts';

/**
 * Puts a model together out of sight and moves it to its place as a whole. One that is there already makes way.
 *
 * @param parts path of the finished, verified file for each file of the manifest, in order
 * @param lookAgain when something is in the way: gives the model if it is as good as this one, which then is dropped
 */
export async function publish(
  layout: StoreLayout,
  manifest: Manifest,
  parts: readonly string[],
  lookAgain: () => Promise<PlacedManifest | undefined> = async () => undefined,
): Promise<PlacedManifest> {
  const whole = join(layout.parts(manifest.id), `whole-${randomUUID()}`);
  const folder = join(layout.models, manifest.id);
  const clean = withoutPasswords(manifest);
  return storing(folder, async () => {
    const moved: [from: string, to: string][] = [];
    try {
      await makeFolder(whole);
      for (const [index, part] of parts.entries()) {
        const target = resolve(whole, manifest.files[index]?.path ?? '');
        await makeFolder(dirname(target));
        await rename(part, target);
        moved.push([part, target]);
      }
      await writeSynced(join(whole, MANIFEST_NAME), `${JSON.stringify(clean, null, 2)}\n`);
      await makeFolder(layout.models);
      const good = await moveIn(layout, manifest.id, whole, lookAgain);
      await sweep(layout, manifest.id);
      return good ?? placeIn(folder, clean);
    } catch (error) {
      // What was fetched is worth keeping for the next try.
      for (const [part, target] of moved) await rename(target, part).catch(() => {});
      await rm(whole, { recursive: true, force: true });
      // A writer that lost its lock in its sleep may have made the folder again after others cleaned up.
      await rmdir(layout.parts(manifest.id)).catch(() => {});
      throw error;
    }
  });
}

/** Takes a model and its unfinished files away. */
export async function unpublish(layout: StoreLayout, id: string): Promise<void> {
  await storing(join(layout.models, id), async () => {
    const stamps = await stampsOf(layout, id);
    await bury(layout, id);
    for (const stamp of stamps) await rm(stamp, { force: true });
    await sweep(layout, id);
  });
}

/** Deletes what writers of a model left behind. The caller holds the lock. */
export async function sweep(layout: StoreLayout, id: string): Promise<void> {
  for (const stamp of await stampsOf(layout, id)) await sweepStampDrafts(stamp);
  await rm(layout.parts(id), { recursive: true, force: true, maxRetries: 3 });
  await rm(layout.trash(id), { recursive: true, force: true, maxRetries: 3 });
}

async function stampsOf(layout: StoreLayout, id: string): Promise<string[]> {
  const folder = join(layout.models, id);
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  return names.map((name) => layout.stamp(join(folder, name)));
}

/** Writers that can be in each other's way at the same place, at most, before one of them gives up. */
const MAX_ENCOUNTERS = 5;

async function moveIn(
  layout: StoreLayout,
  id: string,
  whole: string,
  lookAgain: () => Promise<PlacedManifest | undefined>,
): Promise<PlacedManifest | undefined> {
  for (let encounter = 1; ; encounter++) {
    try {
      await rename(whole, join(layout.models, id));
      return undefined;
    } catch (error) {
      if (!IN_THE_WAY.has(errorCode(error) ?? '') || encounter === MAX_ENCOUNTERS) throw error;
    }
    const good = await lookAgain();
    if (good) return good;
    await bury(layout, id);
  }
}

/** What `rename` says when there is something at its target, by system. */
const IN_THE_WAY = new Set(['ENOTEMPTY', 'EEXIST', 'ENOTDIR', 'EPERM', 'EACCES']);

async function bury(layout: StoreLayout, id: string): Promise<void> {
  const folder = join(layout.models, id);
  try {
    await makeFolder(layout.trash(id));
    await rename(folder, join(layout.trash(id), randomUUID()));
  } catch (error) {
    const code = errorCode(error) ?? '';
    if (code === 'ENOENT') return;
    if (code !== 'ENOSPC' && code !== 'EDQUOT') throw error;
    // No room for an entry in the trash. Without its manifest, what is being deleted is no model any more.
    await rm(join(folder, MANIFEST_NAME), { force: true });
    await rm(folder, { recursive: true, force: true });
  }
}

function withoutPasswords(manifest: Manifest): Manifest {
  return { ...manifest, files: manifest.files.map((file) => ({ ...file, urls: file.urls.map(kept) })) };
}

async function writeSynced(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx');
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}
