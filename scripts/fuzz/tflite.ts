// Damages .tflite files at random and imports them: `npx tsx scripts/fuzz/tflite.ts <seconds> <file...>`.
// Every import must end in a model or in one error of the table, and none may take long.
import { readFileSync } from 'node:fs';
import { importTflite } from '../../src/convert/tflite/import-tflite.ts';
import { isPictorError } from '../../src/errors.ts';

const SLOW_MS = 5_000;
const HOSTILE = [0, 1, 2, 0xff, 0xffff, 0x7fffffff, 0x80000000, 0xfffffffc, 0xffffffff];

const [seconds = '30', ...files] = process.argv.slice(2);
const seeds = files.map((file) => readFileSync(file));
const end = performance.now() + Number(seconds) * 1000;
const outcomes = new Map<string, number>();
let slowest = 0;

const random = (below: number) => Math.floor(Math.random() * below);

/** Mostly the tables at both ends: the weights between them steer nothing. */
function damaged(seed: Uint8Array): Uint8Array {
  const copy = Uint8Array.from(random(4) === 0 ? seed.subarray(0, random(seed.length)) : seed);
  if (copy.length < 8) return copy;
  const view = new DataView(copy.buffer);
  for (let n = random(8); n > 0; n--) {
    const reach = Math.min(copy.length - 4, 80_000);
    const at =
      random(3) === 0 ? random(copy.length - 4) : random(2) ? random(reach) : copy.length - 4 - random(reach);
    view.setUint32(at, random(2) ? (HOSTILE[random(HOSTILE.length)] ?? 0) : random(2000), true);
  }
  return copy;
}

while (performance.now() < end && seeds.length > 0) {
  const bytes = damaged(seeds[random(seeds.length)] ?? new Uint8Array());
  const start = performance.now();
  let outcome = 'model';
  try {
    importTflite(bytes, { id: 'fuzz' });
  } catch (error) {
    if (!isPictorError(error) || !error.code.startsWith('CONVERT_')) throw error;
    outcome = error.code;
  }
  slowest = Math.max(slowest, performance.now() - start);
  if (slowest > SLOW_MS) throw new Error(`an import took ${Math.round(slowest)} ms`);
  outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
}
console.log(
  Object.fromEntries(outcomes),
  `slowest ${Math.round(slowest)} ms`,
  `rss ${Math.round(process.resourceUsage().maxRSS / 1024)} MB`,
);
