/**
 * Pictures into rows of features, through the backbone's own preprocessing and the pool of workers.
 *
 * @module
 */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Engine } from '../../engine/types.ts';
import { isPictorError, PictorError, toPictorError } from '../../errors.ts';
import { inputSpecSchema } from '../../image/input-spec.ts';
import { FEATURES, featureGraph } from '../graph/feature-graph.ts';
import { scratchModel } from '../graph/scratch-model.ts';
import type { Matrix } from '../matrix.ts';
import type { TappedBackbone } from './choose-taps.ts';
import { openContentCache } from './content-cache.ts';

/** A picture by its content and its place. */
export interface HashedPicture {
  readonly path: string;
  readonly name: string;
  readonly sha256: string;
}

export interface ExtractOptions {
  readonly engine: Engine;
  /** Folder of all caches of training. */
  readonly cacheFolder: string;
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void;
  readonly signal?: AbortSignal;
}

export interface ExtractedFeatures {
  /** A row for each picture; zeros for one that is in `failed`. */
  readonly features: Matrix;
  /** By index: pictures that could not be read. */
  readonly failed: ReadonlyMap<number, PictorError>;
  /** Pictures that the cache knew. */
  readonly cached: number;
  /** For a person: entries of the cache that were damaged, a cache that cannot be written. */
  readonly notices: readonly string[];
}

/** Pictures under way at a time. */
const LANES = 16;

/** Counts up when the way from a picture to its features changes. */
const CACHE_VERSION = 1;

/**
 * Computes the features of every picture, or takes them from the cache. The cache is keyed by the picture's bytes and
 * by all that the features depend on: graph, taps and input recipe.
 *
 * @throws MODEL_FILE_INVALID, FILE_WRITE_FAILED, ABORTED; DATASET_INVALID when a picture changed or went meanwhile
 */
export async function extractFeatures(
  backbone: TappedBackbone,
  pictures: readonly HashedPicture[],
  options: ExtractOptions,
): Promise<ExtractedFeatures> {
  const { engine, signal, onProgress } = options;
  const graph = featureGraph(backbone.graph, backbone.taps, backbone.ranks);
  const { input } = backbone.model.manifest;
  // Parsed again, so that the same recipe is the same text for the key below.
  const named = inputSpecSchema.parse({ ...input, name: graph.graph.inputs[0]?.name ?? input.name });
  await using scratch = await scratchModel(graph, 'feature-extractor', named);
  const key = createHash('sha256')
    .update(scratch.bytes)
    .update(JSON.stringify([CACHE_VERSION, named]))
    .digest('hex');
  const cache = openContentCache(join(options.cacheFolder, 'features', key.slice(0, 32)));
  const rows = new Map<number, Float32Array>();
  const failed = new Map<number, PictorError>();
  let done = 0;
  const missing: number[] = [];
  await inLanes(pictures.keys(), async (index) => {
    const bytes = await cache.get(pictures[index]?.sha256 ?? '');
    if (bytes === undefined || bytes.byteLength % 4 !== 0) missing.push(index);
    else rows.set(index, new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4));
  });
  missing.sort((a, b) => a - b);
  done = rows.size;
  const cached = done;
  onProgress?.({ done, total: pictures.length });
  if (missing.length > 0) {
    await using session = await engine.open(scratch.model, signal ? { signal } : {});
    await inLanes(missing, async (index) => {
      signal?.throwIfAborted();
      const picture = pictures[index];
      if (picture === undefined) return;
      try {
        const bytes = await readAgain(picture);
        const { outputs } = await session.infer(bytes, signal ? { signal } : {});
        const data = outputs[FEATURES]?.data;
        if (!(data instanceof Float32Array)) throw noFeatures(backbone.model.manifest.id);
        rows.set(index, data);
        await cache.put(picture.sha256, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
      } catch (thrown) {
        const error = toPictorError(thrown);
        if (!error.code.startsWith('IMAGE_')) throw thrown;
        failed.set(index, error);
      }
      onProgress?.({ done: ++done, total: pictures.length });
    });
  }
  return { features: joined(rows, pictures.length), failed, cached, notices: noticesOf(cache) };
}

async function readAgain({ path, name, sha256 }: HashedPicture): Promise<Uint8Array> {
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw changed(name, 'gone', cause);
  });
  if (createHash('sha256').update(bytes).digest('hex') !== sha256) throw changed(name, 'another picture');
  return bytes;
}

function changed(name: string, received: string, cause?: unknown): PictorError {
  return new PictorError('DATASET_INVALID', {
    expected: `${name} to stay as it is while training runs`,
    received,
    fix: 'Train again when nobody changes the folder; what is computed already is kept',
    ...(cause !== undefined && { cause }),
  });
}

function noFeatures(id: string): PictorError {
  return new PictorError('MODEL_FILE_INVALID', {
    expected: `${id} to compute features as 32-bit numbers`,
    received: 'another type',
  });
}

function joined(rows: ReadonlyMap<number, Float32Array>, count: number): Matrix {
  const columns = rows.values().next().value?.length ?? 0;
  const data = new Float32Array(count * columns);
  for (const [index, row] of rows) data.set(row.subarray(0, columns), index * columns);
  return { rows: count, columns, data };
}

function noticesOf({ damaged, writeFailure }: ReturnType<typeof openContentCache>): string[] {
  const notices: string[] = [];
  if (damaged > 0) {
    notices.push(`${damaged} damaged ${damaged === 1 ? 'entry' : 'entries'} of the cache computed again`);
  }
  if (writeFailure !== undefined) {
    notices.push(`features are not kept for the next time: the cache cannot be written (${writeFailure})`);
  }
  return notices;
}

/** Works through items, some at a time; the first failure ends it. */
export async function inLanes<T>(items: Iterable<T>, work: (item: T) => Promise<void>): Promise<void> {
  const iterator = items[Symbol.iterator]();
  let stopped = false;
  async function lane(): Promise<void> {
    for (let next = iterator.next(); !next.done && !stopped; next = iterator.next()) {
      try {
        await work(next.value);
      } catch (error) {
        stopped = true;
        throw isPictorError(error) ? error : toPictorError(error);
      }
    }
  }
  await Promise.all(Array.from({ length: LANES }, lane));
}
