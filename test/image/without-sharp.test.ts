import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asSharp, testPixels } from './pictures.ts';

const DECODE = new URL('../../src/image/decode.ts', import.meta.url).href;
const PREPARE = new URL('../../src/image/prepare.ts', import.meta.url).href;
const INPUT = new URL('../../src/image/input-spec.ts', import.meta.url).href;

/** How a model of 24 × 16 pixels takes a picture. */
const INTO_TENSOR = `
  const { preparePicture } = await import(${JSON.stringify(PREPARE)});
  const { inputSpecSchema } = await import(${JSON.stringify(INPUT)});
  const spec = inputSpecSchema.parse({ layout: 'NHWC', width: 24, height: 16, resize: { rule: 'squash' } });
  const take = async (bytes) => (await preparePicture(bytes, spec)).info;`;

/** How a picture is decoded whole. */
const WHOLE = `const { decodePicture: take } = await import(${JSON.stringify(DECODE)});`;

/** Makes `import 'sharp'` fail in a process, as it does where the package has no binary for the machine. */
const NO_SHARP = `
import { register } from 'node:module';
const refuse = 'export async function resolve(specifier, context, next) {' +
  "if (specifier === 'sharp') throw new Error('Could not load the sharp module');" +
  'return next(specifier, context); }';
register('data:text/javascript,' + encodeURIComponent(refuse));
`;

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pictor-no-sharp-'));
  await writeFile(join(folder, 'no-sharp.mjs'), NO_SHARP);
  const plain = () => asSharp(testPixels());
  await plain().jpeg().toFile(join(folder, 'baseline.jpg'));
  await plain().jpeg({ progressive: true }).toFile(join(folder, 'progressive.jpg'));
  await plain().png().toFile(join(folder, 'picture.png'));
  await plain().webp().toFile(join(folder, 'picture.webp'));
  await plain().tiff().toFile(join(folder, 'picture.tiff'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Decodes files in a process of its own; gives sizes or codes, and whether a native library of sharp was loaded. */
async function decodeApart(way: string, files: readonly string[], ...flags: string[]) {
  const script = `
    const { readFile } = await import('node:fs/promises');
    ${way}
    const outcomes = {};
    for (const file of ${JSON.stringify(files)}) {
      outcomes[file] = await readFile(${JSON.stringify(folder)} + '/' + file)
        .then((bytes) => take(bytes))
        .then(({ width, height }) => width + 'x' + height, ({ code }) => code);
    }
    const native = process.report.getReport().sharedObjects.some((name) => /sharp|vips/.test(name));
    console.log(JSON.stringify({ outcomes, native }));`;
  const { stdout } = await promisify(execFile)(process.execPath, [
    '--import',
    'tsx',
    ...flags,
    '--input-type=module',
    '--eval',
    script,
  ]);
  return JSON.parse(stdout) as { outcomes: Record<string, string>; native: boolean };
}

describe('sharp', () => {
  it('is not loaded to make a tensor of a plain JPEG, so that a cold start does not pay for it', async () => {
    expect(await decodeApart(INTO_TENSOR, ['baseline.jpg'])).toEqual({
      outcomes: { 'baseline.jpg': '48x32' },
      native: false,
    });
    expect(await decodeApart(INTO_TENSOR, ['progressive.jpg'])).toMatchObject({ native: true });
  });

  it('is not needed for JPEG, PNG and WebP; for the rest there is a clear error', async () => {
    const files = ['baseline.jpg', 'progressive.jpg', 'picture.png', 'picture.webp', 'picture.tiff'];
    expect(await decodeApart(WHOLE, files, '--import', join(folder, 'no-sharp.mjs'))).toEqual({
      outcomes: {
        'baseline.jpg': '48x32',
        'progressive.jpg': '48x32',
        'picture.png': '48x32',
        'picture.webp': '48x32',
        'picture.tiff': 'IMAGE_FORMAT_UNSUPPORTED',
      },
      native: false,
    });
  });
});
