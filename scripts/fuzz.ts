// Fuzzes every reader of foreign model files: `npm run fuzz -- [seconds] [folder of models]`, 600 seconds by default. Each
// reader has its share of the time and a process of its own, which may neither fail, hang nor hold more than 500 MB.
import { spawnSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const [seconds = '600', folder = process.env['PICTOR_TEST_DATA'] ?? '../shared/data'] = process.argv.slice(2);
const MAX_SEED_BYTES = 16 * 1024 * 1024;
const MAX_HEAP_MB = 400;

function filesBelow(path: string): string[] {
  return readdirSync(path, { withFileTypes: true }).flatMap((entry) => {
    const name = join(path, entry.name);
    if (entry.isDirectory()) return filesBelow(name);
    return entry.isFile() && statSync(name).size <= MAX_SEED_BYTES ? [name] : [];
  });
}

const files = filesBelow(folder);
const ending = (pattern: RegExp) => files.filter((name) => pattern.test(name));
const weights = ending(/\.(h5|hdf5|keras|pth?|th|safetensors)$/i);
const tflite = ending(/\.tflite$/i);
const readers: readonly (readonly [script: string, share: number, seeds: readonly string[]])[] = [
  ['weights', 0.6, weights],
  ['tfjs', 0.2, []],
  ['tflite', 0.15, tflite],
  ['classes', 0.05, []],
];
for (const [name, share, seeds] of readers) {
  if (seeds.length === 0 && (name === 'weights' || name === 'tflite')) {
    console.error(`${name}: no files below ${folder}`);
    process.exitCode = 1;
    continue;
  }
  const time = Math.ceil(Number(seconds) * share);
  const script = fileURLToPath(new URL(`fuzz/${name}.ts`, import.meta.url));
  const { status, signal } = spawnSync(
    process.execPath,
    ['--import', 'tsx', `--max-old-space-size=${MAX_HEAP_MB}`, script, String(time), ...seeds],
    { stdio: 'inherit', timeout: (time + 120) * 1000, killSignal: 'SIGKILL' },
  );
  console.log(`${name}: ${status === 0 ? 'passed' : `FAILED (${signal ?? status})`} in ${time} s`);
  if (status !== 0) process.exitCode = 1;
}
