/**
 * Making a finished model visible, and taking it away, in one step each.
 *
 * @module
 */
import { randomUUID } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Manifest } from '../manifest/manifest.ts';
import { type PlacedManifest, placeIn } from '../manifest/manifest-file.ts';
import type { StoreLayout } from './layout.ts';
import { makeFolder } from './make-folder.ts';
import { MANIFEST_NAME } from './shelf.ts';
import { errorCode, storing } from './store-failure.ts';

/**
 * Puts a model together out of sight and moves it to its place as a whole. One that is there already makes way.
 *
 * @param parts path of the finished, verified file for each file of the manifest, in order
 */
export async function publish(
  layout: StoreLayout,
  manifest: Manifest,
  parts: readonly string[],
): Promise<PlacedManifest> {
  const whole = join(layout.parts(manifest.id), `whole-${randomUUID()}`);
  const folder = join(layout.models, manifest.id);
  await storing(folder, async () => {
    await makeFolder(whole);
    for (const [index, part] of parts.entries()) {
      const target = resolve(whole, manifest.files[index]?.path ?? '');
      await makeFolder(dirname(target));
      await rename(part, target);
    }
    await writeSynced(join(whole, MANIFEST_NAME), `${JSON.stringify(manifest, null, 2)}\n`);
    await makeFolder(layout.models);
    await bury(layout, manifest.id);
    await rename(whole, folder);
    await sweep(layout, manifest.id);
  });
  return placeIn(folder, manifest);
}

/** Takes a model and its unfinished files away. */
export async function unpublish(layout: StoreLayout, id: string): Promise<void> {
  await storing(join(layout.models, id), async () => {
    await bury(layout, id);
    await sweep(layout, id);
  });
}

async function bury(layout: StoreLayout, id: string): Promise<void> {
  await makeFolder(layout.trash(id));
  try {
    await rename(join(layout.models, id), join(layout.trash(id), randomUUID()));
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
  }
}

async function sweep(layout: StoreLayout, id: string): Promise<void> {
  await rm(layout.parts(id), { recursive: true, force: true });
  await rm(layout.trash(id), { recursive: true, force: true });
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
