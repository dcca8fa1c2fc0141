// What `npm pack` runs last: package.json as it was before scripts/prepack.mjs.
import { existsSync, renameSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const MANIFEST = fileURLToPath(new URL('../package.json', import.meta.url));
export const SAVED = fileURLToPath(new URL('../package.json.saved', import.meta.url));

export function restore() {
  if (existsSync(SAVED)) renameSync(SAVED, MANIFEST);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) restore();
