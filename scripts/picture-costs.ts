/**
 * Measures the peak memory of decoding a picture of each format, in a process of its own, against what `decodeCost` says:
 * `npx tsx scripts/picture-costs.ts [megapixels]`. Prints a Markdown table.
 *
 * @module
 */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { decodeCost } from '../src/image/cost.ts';
import { inspectHeader } from '../src/image/inspect.ts';
import type { Shrink } from '../src/image/resize/reduction.ts';

const megapixels = Number(process.argv[2] ?? 24);
const width = 2 * Math.round(Math.sqrt(megapixels * 1e6 * 1.5) / 2);
const height = 2 * Math.round(width / 3);
const limits = { maxPixels: 1e9, maxBytes: 1e9, timeoutMs: 600_000 };

const noise = sharp({
  create: {
    width,
    height,
    channels: 3,
    background: '#808080',
    noise: { type: 'gaussian', mean: 128, sigma: 20 },
  },
});
const flat = sharp({ create: { width, height, channels: 3, background: '#345678' } });
const files: [name: string, bytes: Promise<Buffer>][] = [
  ['JPEG, baseline', noise.clone().jpeg().toBuffer()],
  ['JPEG, progressive 4:2:0', noise.clone().jpeg({ progressive: true }).toBuffer()],
  [
    'JPEG, progressive 4:4:4',
    noise.clone().jpeg({ progressive: true, chromaSubsampling: '4:4:4' }).toBuffer(),
  ],
  [
    'JPEG, progressive, turned',
    flat.clone().withMetadata({ orientation: 6 }).jpeg({ progressive: true }).toBuffer(),
  ],
  ['PNG', flat.clone().png().toBuffer()],
  ['PNG, interlaced', flat.clone().png({ progressive: true }).toBuffer()],
  [
    'PNG, interlaced, 16 bit, alpha',
    flat.clone().ensureAlpha(0.5).toColourspace('rgb16').png({ progressive: true }).toBuffer(),
  ],
  ['WebP, lossy', flat.clone().webp({ effort: 0 }).toBuffer()],
  ['WebP, lossless', flat.clone().webp({ lossless: true, effort: 0 }).toBuffer()],
  ['GIF', flat.clone().gif({ effort: 1 }).toBuffer()],
  ['TIFF, strips', flat.clone().tiff({ compression: 'lzw' }).toBuffer()],
  ['TIFF, tiles', flat.clone().tiff({ compression: 'lzw', tile: true }).toBuffer()],
  ['AVIF', flat.clone().avif({ effort: 0 }).toBuffer()],
];

const DECODE = `
  const { readFileSync } = await import('node:fs');
  const { decodeInspected } = await import(process.env.DECODE);
  const { inspectHeader } = await import(process.env.INSPECT);
  const limits = ${JSON.stringify(limits)};
  const [file, shrink] = process.argv.slice(-2);
  const run = async (path, factor) => {
    const bytes = readFileSync(path);
    await decodeInspected(bytes, await inspectHeader(bytes, { limits }), { limits }, factor);
  };
  await run(process.env.SMALL, 1);
  const before = process.memoryUsage().rss;
  await run(file, Number(shrink));
  // Not maxRSS of the process: that begins with what the parent took.
  const peak = /VmHWM:\\s+(\\d+)/.exec(readFileSync('/proc/self/status', 'latin1'))[1];
  console.log(peak * 1024 - before);
`;

const folder = await mkdtemp(join(tmpdir(), 'pictor-costs-'));
try {
  console.log(`${width}x${height}\n`);
  console.log('| picture | file KB | shrink | measured MB | bytes per pixel | decodeCost MB |');
  console.log('| --- | ---: | ---: | ---: | ---: | ---: |');
  for (const [name, made] of files) {
    const bytes = await made;
    const file = join(folder, 'picture');
    await writeFile(file, bytes);
    const small = join(folder, 'small');
    await writeFile(small, await sharp(bytes, { limitInputPixels: false }).resize(64).toBuffer());
    const { header } = await inspectHeader(bytes, { limits });
    for (const shrink of [1, 4] as Shrink[]) {
      const { stdout } = await promisify(execFile)(
        process.execPath,
        ['--import', 'tsx', '--input-type=module', '--eval', DECODE, file, String(shrink)],
        {
          env: {
            ...process.env,
            MALLOC_ARENA_MAX: '2',
            SMALL: small,
            DECODE: new URL('../src/image/decode.ts', import.meta.url).href,
            INSPECT: new URL('../src/image/inspect.ts', import.meta.url).href,
          },
        },
      );
      const measured = Number(stdout);
      const cost = decodeCost(header, shrink);
      const mark = measured > cost ? ' **over**' : '';
      const row = [
        name,
        (bytes.length / 1000).toFixed(0),
        shrink,
        (measured / 1e6).toFixed(0),
        (measured / (width * height)).toFixed(1),
        (cost / 1e6).toFixed(0) + mark,
      ];
      console.log(`| ${row.join(' | ')} |`);
    }
  }
} finally {
  await rm(folder, { recursive: true });
}
