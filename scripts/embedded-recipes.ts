/**
 * Which models the package carries, and how they are made of npm packages.
 *
 * @module
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { importTfjs } from '../src/convert/tfjs/import-tfjs.ts';
import type { TfjsFiles, TfjsImportOptions } from '../src/convert/tfjs/types.ts';
import type { Manifest, ManifestInput } from '../src/models/manifest/manifest.ts';
import { parseManifest } from '../src/models/manifest/manifest-file.ts';
import { readNsfwjsModel } from './read-nsfwjs.ts';

export interface Recipe {
  /** npm package, its licence and home. */
  readonly package: string;
  readonly licence: string;
  readonly home: string;
  readonly read: (packageFolder: string) => TfjsFiles;
  readonly options: TfjsImportOptions;
  /** What the importer cannot know. */
  readonly manifest: Partial<ManifestInput>;
}

export const RECIPES: readonly Recipe[] = [
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
      accuracy: { map: 0.32, note: 'mAP@[.5:.95] on 64 pictures of COCO val2017; mAP@0.5 is 0.50' },
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

/**
 * Converts the model of a recipe.
 *
 * @param folder where the package lies
 */
export function convertRecipe(
  recipe: Recipe,
  folder: string,
): { readonly model: Uint8Array; readonly manifest: Manifest; readonly from: string } {
  const version = String(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).version);
  const from = `${recipe.package}@${version}`;
  const { model, manifest } = importTfjs(recipe.read(folder), { ...recipe.options, source: recipe.home });
  const sha256 = createHash('sha256').update(model).digest('hex');
  const complete = {
    ...manifest,
    ...recipe.manifest,
    licence: recipe.licence,
    files: [{ path: 'model.onnx', sha256, bytes: model.byteLength }],
    provenance: { ...manifest.provenance, note: `npm ${from}; ${manifest.provenance?.note ?? ''}` },
  };
  return { model, manifest: parseManifest(complete, recipe.options.id), from };
}
