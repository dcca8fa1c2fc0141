// Damages TensorFlow.js models at random and imports them: `npx tsx scripts/fuzz/tfjs.ts <seconds> [model.json...]`.
// Without files, it takes the models of the development dependencies. Every import must end in a model or in one error
// of the table; none may take long or much memory.
import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { zipSync } from 'fflate';
import { memorySource } from '../../src/convert/source/byte-source.ts';
import { readZip } from '../../src/convert/source/zip-directory.ts';
import { importTfjs } from '../../src/convert/tfjs/import-tfjs.ts';
import type { TfjsFiles } from '../../src/convert/tfjs/types.ts';
import { isPictorError } from '../../src/errors.ts';
import { readNsfwjsModel } from '../read-nsfwjs.ts';
import { damageJson } from './damage-json.ts';

const SLOW_MS = 5_000;
const [seconds = '30', ...files] = process.argv.slice(2);
const packages = fileURLToPath(new URL('../../node_modules/', import.meta.url));
const random = (below: number) => Math.floor(Math.random() * below);

function fromDisk(path: string): TfjsFiles {
  const modelJson = readFileSync(path);
  const groups: { paths: string[] }[] = JSON.parse(modelJson.toString()).weightsManifest;
  const names = groups.flatMap(({ paths }) => paths);
  return { modelJson, shards: new Map(names.map((name) => [name, readFileSync(join(dirname(path), name))])) };
}

const seeds = files.length
  ? files.map((path) => [basename(path), fromDisk(path)] as const)
  : [
      ...['centernet', 'liveness', 'blazeface', 'movenet-lightning'].map(
        (name) => [name, fromDisk(`${packages}@vladmandic/human/models/${name}.json`)] as const,
      ),
      ['mobilenet_v2', readNsfwjsModel(`${packages}nsfwjs`, 'mobilenet_v2')] as const,
    ];
const models = seeds.map(([name, { modelJson, shards }]) => ({
  name,
  json: JSON.parse(Buffer.from(modelJson).toString()),
  shards,
}));

/** Mostly the structure; sometimes bytes of the text, or the weights. */
function damaged({ json, shards }: (typeof models)[number]): TfjsFiles {
  let modelJson: Uint8Array = Buffer.from(JSON.stringify(damageJson(json, random, random(5))));
  if (random(10) === 0) modelJson = modelJson.subarray(0, random(modelJson.length));
  if (random(10) === 0) {
    modelJson = Uint8Array.from(modelJson);
    for (let n = random(4); n >= 0; n--) modelJson[random(modelJson.length)] = random(256);
  }
  const cut = random(10) === 0 ? random(1000) : 0;
  return {
    modelJson,
    shards: new Map([...shards].map(([name, bytes]) => [name, bytes.subarray(0, bytes.length - cut)])),
  };
}

function damagedArchive(): Uint8Array {
  const model = models[random(models.length)];
  const json = Buffer.from(JSON.stringify(model?.json).slice(0, 5000));
  const zip = zipSync({ 'model.json': json, 'a/weights.bin': new Uint8Array(3000) });
  for (let n = random(6); n >= 0; n--) zip[random(zip.length)] = random(256);
  return random(4) === 0 ? zip.subarray(0, random(zip.length)) : zip;
}

const outcomes = new Map<string, number>();
let slowest = { ms: 0, name: '' };
const end = performance.now() + Number(seconds) * 1000;
while (performance.now() < end) {
  const model = models[random(models.length)];
  if (!model) break;
  const archive = random(5) === 0;
  const input = archive ? damagedArchive() : damaged(model);
  const start = performance.now();
  let outcome = archive ? 'archive' : 'model';
  try {
    if (input instanceof Uint8Array) readZip(memorySource(input)).map((entry) => entry.open());
    else importTfjs(input, { id: 'fuzz', task: random(2) ? 'classify' : 'embed' });
  } catch (error) {
    if (!isPictorError(error) || !error.code.startsWith('CONVERT_')) throw error;
    outcome = error.code;
  }
  const ms = performance.now() - start;
  if (ms > slowest.ms) slowest = { ms, name: archive ? 'archive' : model.name };
  if (ms > SLOW_MS) throw new Error(`an import of ${model.name} took ${Math.round(ms)} ms`);
  outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
}
console.log(
  Object.fromEntries(outcomes),
  `slowest ${Math.round(slowest.ms)} ms (${slowest.name})`,
  `rss ${Math.round(process.resourceUsage().maxRSS / 1024)} MB`,
);
