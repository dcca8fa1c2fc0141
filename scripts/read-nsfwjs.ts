/**
 * Models of the npm package nsfwjs, which ships them as JavaScript modules.
 *
 * @module
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TfjsFiles } from '../src/convert/tfjs/types.ts';
import { readUmdModule } from './read-umd-module.ts';

/**
 * @param packageFolder folder of the package
 * @param name folder of the model, e.g. `mobilenet_v2`
 */
export function readNsfwjsModel(packageFolder: string, name: string): TfjsFiles {
  const folder = join(packageFolder, 'dist', 'models', name);
  const read = (file: string) => readUmdModule(readFileSync(join(folder, file), 'utf8'));
  const shards = readdirSync(folder)
    .filter((file) => /^group\d+-shard\d+of\d+\.min\.js$/.test(file))
    .sort()
    .map((file) => [file.replace('.min.js', ''), Buffer.from(String(read(file)), 'base64')] as const);
  return { modelJson: Buffer.from(JSON.stringify(read('model.min.js'))), shards: new Map(shards) };
}
