/**
 * What a picture looks like to somebody who checks a data set.
 *
 * @module
 */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { PictorError, toPictorError } from '../../errors.ts';
import { loadSharp } from '../../image/formats/decoders/sharp.ts';
import { inspectPicture } from '../../image/inspect.ts';
import { openContentCache } from '../features/content-cache.ts';
import { inLanes } from '../features/extract-features.ts';

const factsSchema = z.object({
  width: z.number(),
  height: z.number(),
  /** Mean grey value, 0..255. */
  brightness: z.number(),
  /** Standard deviation of the grey values, 0..128. */
  contrast: z.number(),
  /** Variance of the Laplacian at 256 pixels: small where nothing has edges. */
  sharpness: z.number(),
  /** Grey values in 16 × 16 places, one hexadecimal pair each. */
  thumbnail: z.string().length(512),
});

export type PictureFacts = Readonly<z.infer<typeof factsSchema>>;

/** A picture file that was looked at. */
export type ExaminedPicture = { readonly sha256: string } & (
  | { readonly facts: PictureFacts }
  | { readonly error: PictorError }
);

export interface ExamineOptions {
  readonly cacheFolder: string;
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void;
  readonly signal?: AbortSignal;
}

/** Counts up when facts are measured in another way. */
const FACTS_VERSION = 1;
/** Pictures are compared and judged at this size. */
const SIDE = 256;
const THUMBNAIL = 16;

/**
 * Hashes and measures every picture. Facts of pictures that were seen before come from the cache.
 *
 * @returns one entry for each path, in order; what cannot be read has an error in place of facts
 */
export async function examinePictures(
  paths: readonly string[],
  { cacheFolder, onProgress, signal }: ExamineOptions,
): Promise<ExaminedPicture[]> {
  const cache = openContentCache(join(cacheFolder, `facts-${FACTS_VERSION}`));
  const results: ExaminedPicture[] = [];
  let done = 0;
  await inLanes(paths.entries(), async ([index, path]) => {
    signal?.throwIfAborted();
    results[index] = await examine(path, cache);
    onProgress?.({ done: ++done, total: paths.length });
  });
  return results;
}

/** Facts of pictures that were examined before, by their hash alone; undefined for those that were not. */
export async function knownFacts(
  hashes: readonly string[],
  cacheFolder: string,
): Promise<(PictureFacts | undefined)[]> {
  const cache = openContentCache(join(cacheFolder, `facts-${FACTS_VERSION}`));
  return Promise.all(
    hashes.map(async (sha256) => {
      const bytes = await cache.get(sha256);
      return bytes && factsSchema.safeParse(parse(bytes)).data;
    }),
  );
}

async function examine(path: string, cache: ReturnType<typeof openContentCache>): Promise<ExaminedPicture> {
  let sha256 = '';
  try {
    const bytes = await readFile(path).catch((cause: unknown) => {
      throw new PictorError('IMAGE_NOT_FOUND', { received: path, cause });
    });
    sha256 = createHash('sha256').update(bytes).digest('hex');
    const known = await cache.get(sha256);
    if (known) {
      const facts = factsSchema.safeParse(parse(known));
      if (facts.success) return { sha256, facts: facts.data };
    }
    const facts = await measure(bytes);
    await cache.put(sha256, Buffer.from(JSON.stringify(facts)));
    return { sha256, facts };
  } catch (thrown) {
    return { sha256, error: toPictorError(thrown, 'IMAGE_CORRUPT') };
  }
}

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    return undefined;
  }
}

async function measure(bytes: Uint8Array): Promise<PictureFacts> {
  const { width, height } = await inspectPicture(bytes);
  const sharp = await loadSharp();
  const grey = await sharp(bytes, { failOn: 'error', pages: 1 })
    .autoOrient()
    .flatten({ background: '#ffffff' })
    .greyscale()
    .resize(SIDE, SIDE, { fit: 'fill' })
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true })
    .catch((cause: unknown) => {
      throw new PictorError('IMAGE_CORRUPT', { cause });
    });
  const step = grey.info.channels;
  const pixels = new Float32Array(SIDE * SIDE);
  for (let i = 0; i < pixels.length; i++) pixels[i] = grey.data[i * step] ?? 0;
  const { mean, variance } = moments(pixels);
  return {
    width,
    height,
    brightness: round(mean),
    contrast: round(Math.sqrt(variance)),
    sharpness: round(moments(laplacian(pixels)).variance),
    thumbnail: thumbnailOf(pixels),
  };
}

const round = (value: number): number => Math.round(value * 100) / 100;

function moments(values: Float32Array): { mean: number; variance: number } {
  let sum = 0;
  let squares = 0;
  for (const value of values) {
    sum += value;
    squares += value * value;
  }
  const mean = sum / values.length;
  return { mean, variance: Math.max(0, squares / values.length - mean * mean) };
}

function laplacian(pixels: Float32Array): Float32Array {
  const result = new Float32Array((SIDE - 2) ** 2);
  let at = 0;
  for (let y = 1; y < SIDE - 1; y++) {
    for (let x = 1; x < SIDE - 1; x++) {
      const i = y * SIDE + x;
      result[at++] =
        (pixels[i - 1] ?? 0) +
        (pixels[i + 1] ?? 0) +
        (pixels[i - SIDE] ?? 0) +
        (pixels[i + SIDE] ?? 0) -
        4 * (pixels[i] ?? 0);
    }
  }
  return result;
}

function thumbnailOf(pixels: Float32Array): string {
  const block = SIDE / THUMBNAIL;
  const bytes = new Uint8Array(THUMBNAIL * THUMBNAIL);
  for (let i = 0; i < bytes.length; i++) {
    const top = Math.floor(i / THUMBNAIL) * block;
    const left = (i % THUMBNAIL) * block;
    let sum = 0;
    for (let y = top; y < top + block; y++) {
      for (let x = left; x < left + block; x++) sum += pixels[y * SIDE + x] ?? 0;
    }
    bytes[i] = Math.round(sum / (block * block));
  }
  return Buffer.from(bytes).toString('hex');
}
