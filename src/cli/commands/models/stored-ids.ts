import { existsSync, readdirSync } from 'node:fs';
import { embeddedFolder, storeFolder } from '../../../models/locations.ts';
import { layoutOf } from '../../../models/store/layout.ts';
import type { ModelStore } from '../../../models/types.ts';

/** Every model of this machine, and what is left of those whose manifest cannot be read: a store does not list these. */
export async function storedIds(store: Pick<ModelStore, 'list'>): Promise<string[]> {
  const listed = (await store.list()).filter(({ state }) => state !== 'remote');
  const folders = [embeddedFolder(process.env), layoutOf(storeFolder(process.env)).models];
  return [...new Set([...listed.map(({ manifest }) => manifest.id), ...folders.flatMap(namesIn)])];
}

function namesIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  const entries = readdirSync(folder, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map(({ name }) => name);
}
