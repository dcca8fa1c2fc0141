// Damages class files at random and reads them: `npx tsx scripts/fuzz/classes.ts <seconds>`. Every one is a list of names or
// LABELS_INVALID.
import { parseClassFile } from '../../src/convert/labels/class-file.ts';
import { isPictorError } from '../../src/errors.ts';
import { damageJson } from './damage-json.ts';

const [seconds = '30'] = process.argv.slice(2);
const random = (below: number) => Math.floor(Math.random() * below);
const seeds: readonly unknown[] = [
  { 0: 'green', 1: 'red', 10: 'blue' },
  { green: 0, red: 1 },
  {
    labels: ['a', 'b'],
    anchors: [
      [1, 2, 3, 4, 5, 6],
      [7, 8, 9, 10, 11, 12],
    ],
  },
  { id2label: { 0: 'a', 1: 'b' }, label2id: { a: 0, b: 1 } },
  { 0: ['n01440764', 'tench'], 1: ['n01443537', 'goldfish'] },
  ['a', 'b'],
];
const texts = ['0 a\n1 b\n', 'a\r\nb', '1,a\n2,b', '\ufeffa\n'];

function damaged(): Uint8Array {
  const json = JSON.stringify(damageJson(seeds[random(seeds.length)], random, random(4)));
  const bytes = Buffer.from(random(4) === 0 ? (texts[random(texts.length)] ?? '') : json);
  for (let n = random(4); n > 0; n--) bytes[random(bytes.length)] = random(256);
  return random(8) === 0 ? bytes.subarray(0, random(bytes.length)) : bytes;
}

let [runs, refused, slowest] = [0, 0, 0];
for (const end = Date.now() + Number(seconds) * 1000; Date.now() < end; runs++) {
  const bytes = damaged();
  const started = performance.now();
  try {
    const { names } = parseClassFile(bytes, 'classes');
    if (names.length === 0 || names.some((name) => typeof name !== 'string')) throw new Error('no names');
  } catch (error) {
    if (!isPictorError(error) || error.code !== 'LABELS_INVALID') throw error;
    refused++;
  }
  slowest = Math.max(slowest, performance.now() - started);
}
console.log(`${runs} class files, ${refused} refused, slowest ${slowest.toFixed(1)} ms`);
