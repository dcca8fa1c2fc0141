// Damages Keras, PyTorch and safetensors files at random and imports them:
// `npx tsx scripts/fuzz/weights.ts <seconds> <file...>`. Every import must end in a model or in one error of the table; none
// may take long, read beside the file, or hold much memory.
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { unzipSync, zipSync } from 'fflate';
import { importKeras, type KerasParts, readKeras } from '../../src/convert/keras/import-keras.ts';
import { importPytorch } from '../../src/convert/pytorch/import-pytorch.ts';
import { memorySource } from '../../src/convert/source/byte-source.ts';
import { formatOf } from '../../src/convert/source/format.ts';
import { isPictorError } from '../../src/errors.ts';
import { damageJson } from './damage-json.ts';

const SLOW_MS = 5000;
const MOST_BYTES = 500 * 1024 * 1024;
const [seconds = '30', ...files] = process.argv.slice(2);
const random = (below: number) => Math.floor(Math.random() * below);
const seeds = files.map((path) => ({ name: basename(path), bytes: readFileSync(path) }));

interface Configured {
  readonly name: string;
  readonly config: unknown;
  /** A file with a damaged configuration in place of its own. */
  readonly withConfig: (config: Uint8Array) => { readonly bytes: Uint8Array; readonly parts: KerasParts };
}

/** Models whose layers can be damaged as JSON, which damage of single bytes hardly ever leaves intact. */
const configured = seeds.flatMap(({ name, bytes }): Configured[] => {
  const source = memorySource(bytes);
  const format = formatOf(source);
  if (format !== 'hdf5' && format !== 'keras-archive') return [];
  const config = attempt(() => readKeras(source).config);
  if (config === undefined) return [];
  if (format === 'keras-archive') {
    const entries = unzipSync(bytes);
    const packed = (damage: Uint8Array) => zipSync({ ...entries, 'config.json': damage }, { level: 0 });
    return [{ name, config, withConfig: (damage) => ({ bytes: packed(damage), parts: {} }) }];
  }
  const without = Buffer.from(bytes);
  const at = without.indexOf('model_config');
  if (at < 0) return [];
  without.write('no', at);
  return [{ name, config, withConfig: (damage) => ({ bytes: without, parts: { config: damage } }) }];
});

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

function next(): { name: string; bytes: Uint8Array; parts: KerasParts } {
  const model = random(3) === 0 ? configured[random(configured.length)] : undefined;
  if (model) {
    const config = Buffer.from(JSON.stringify(damageJson(model.config, random, 1 + random(4))));
    return { name: model.name, ...model.withConfig(config) };
  }
  const seed = seeds[random(seeds.length)];
  if (!seed) throw new Error('name some files');
  return { name: seed.name, bytes: damaged(seed.bytes), parts: {} };
}

/** Where the structure of these files lies: the first kilobytes, the last ones, and around what was found to be text. */
function damaged(bytes: Uint8Array): Uint8Array {
  const copy = Uint8Array.from(random(12) === 0 ? bytes.subarray(0, random(bytes.length)) : bytes);
  const area = random(3);
  for (let n = random(8); n >= 0; n--) {
    const near = Math.min(copy.length, 4096 * (1 + random(8)));
    const at = area === 0 ? random(near) : area === 1 ? copy.length - 1 - random(near) : random(copy.length);
    const value = [0, 0xff, 0x7f, 0x80, 1, random(256)][random(6)] ?? 0;
    for (let i = [1, 1, 4, 8][random(4)] ?? 1; i > 0; i--) copy[Math.max(0, at + i)] = value;
  }
  return copy;
}

/** Leaves what failed in a file. */
function kept(bytes: Uint8Array, { config }: KerasParts): string {
  const path = join(mkdtempSync(join(tmpdir(), 'pictor-fuzz-')), 'input');
  writeFileSync(path, bytes);
  if (config) writeFileSync(`${path}.config.json`, config);
  return path;
}

const counts = new Map<string, number>();
const end = Date.now() + Number(seconds) * 1000;
let [runs, slowest, most] = [0, 0, 0];
while (Date.now() < end) {
  const { name, bytes, parts } = next();
  const started = performance.now();
  let outcome = 'model';
  try {
    const source = memorySource(bytes);
    const format = formatOf(source);
    if (format === 'hdf5' || format === 'keras-archive') importKeras(source, { id: 'fuzz' }, parts);
    else importPytorch(source, format, { id: 'fuzz' });
  } catch (error) {
    if (!isPictorError(error)) {
      console.error(name, kept(bytes, parts), error);
      process.exitCode = 1;
      outcome = 'CRASH';
    } else outcome = error.code;
  }
  const took = performance.now() - started;
  slowest = Math.max(slowest, took);
  most = Math.max(most, process.memoryUsage.rss());
  if (took > SLOW_MS || most > MOST_BYTES) {
    console.error(`${name}: ${Math.round(took)} ms, ${Math.round(most / 2 ** 20)} MB, ${kept(bytes, parts)}`);
    process.exitCode = 1;
    if (most > MOST_BYTES) break;
  }
  counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  runs++;
}
console.log(`${runs} files, slowest ${Math.round(slowest)} ms, at most ${Math.round(most / 2 ** 20)} MB`);
console.log(Object.fromEntries([...counts].sort()));
