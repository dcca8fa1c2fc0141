/**
 * Builds `models/`, the models that the package carries, out of npm packages that ship them: `npm run models:embed`.
 * The same packages give the same bytes.
 *
 * @module
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { importTfjs } from '../src/convert/tfjs/import-tfjs.ts';
import type { TfjsFiles, TfjsImportOptions } from '../src/convert/tfjs/types.ts';
import type { ManifestInput } from '../src/models/manifest.ts';
import { parseManifest } from '../src/models/manifest-file.ts';
import { readNsfwjsModel } from './read-nsfwjs.ts';

const MAX_TOTAL_BYTES = 12_000_000;
const target = fileURLToPath(new URL('../models/', import.meta.url));
const require = createRequire(import.meta.url);

interface Recipe {
  /** npm package, its licence and home. */
  readonly package: string;
  readonly licence: string;
  readonly home: string;
  readonly read: (packageFolder: string) => TfjsFiles;
  readonly options: TfjsImportOptions;
  /** What the importer cannot know. */
  readonly manifest: Partial<ManifestInput>;
}

const RECIPES: readonly Recipe[] = [
  {
    package: '@vladmandic/human',
    licence: 'MIT',
    home: 'https://github.com/vladmandic/human',
    read: (folder) => ({
      modelJson: readFileSync(join(folder, 'models', 'centernet.json')),
      shards: new Map([['centernet.bin', readFileSync(join(folder, 'models', 'centernet.bin'))]]),
    }),
    options: { id: 'centernet', task: 'detect', pixels: '0..255', outputs: ['tower_0/detections'] },
    manifest: {
      title: 'CenterNet with MobileNetV3, trained on COCO (80 classes)',
      labels: 'coco-80',
      output: {
        decoder: 'centernet',
        parameters: { detections: 'tower_0/detections', units: 'pixels' },
      },
    },
  },
  {
    package: 'nsfwjs',
    licence: 'MIT',
    home: 'https://github.com/infinitered/nsfwjs',
    read: (folder) => readNsfwjsModel(folder, 'mobilenet_v2'),
    options: { id: 'nsfw-mobilenetv2', task: 'moderate', pixels: '0..1' },
    manifest: { title: 'Content safety in five classes, MobileNetV2', labels: 'nsfw-5' },
  },
];

/** Not by `require.resolve`: packages need not export their package.json. */
function packageFolder(name: string): string | undefined {
  const places = require.resolve.paths(name) ?? [];
  return places.map((place) => join(place, name)).find((folder) => existsSync(join(folder, 'package.json')));
}

function embed(recipe: Recipe, source: string): number {
  const version = String(JSON.parse(readFileSync(join(source, 'package.json'), 'utf8')).version);
  const from = `${recipe.package}@${version}`;
  const { model, manifest } = importTfjs(recipe.read(source), { ...recipe.options, source: recipe.home });
  const complete = parseManifest(
    {
      ...manifest,
      ...recipe.manifest,
      licence: recipe.licence,
      files: [
        {
          path: 'model.onnx',
          sha256: createHash('sha256').update(model).digest('hex'),
          bytes: model.byteLength,
        },
      ],
      provenance: { ...manifest.provenance, note: `npm ${from}; ${manifest.provenance?.note ?? ''}` },
    },
    recipe.options.id,
  );
  const folder = join(target, recipe.options.id);
  mkdirSync(folder, { recursive: true });
  replace(join(folder, 'model.onnx'), model);
  replace(join(folder, 'manifest.json'), `${JSON.stringify(complete, null, 2)}\n`);
  console.log(`models/${recipe.options.id}: ${(model.byteLength / 1e6).toFixed(1)} MB from ${from}`);
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
