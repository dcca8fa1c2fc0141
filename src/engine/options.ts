import { join, resolve } from 'node:path';
import { PictorError } from '../errors.ts';
import { resolveLimits } from '../image/limits.ts';
import type { ImageLimits, Preprocessing } from '../image/types.ts';
import { storeFolder } from '../models/locations.ts';
import { cpuQuota } from './cpu-quota.ts';
import { defaultPictureMemory } from './default-picture-memory.ts';
import { defaultWorkers } from './default-workers.ts';
import type { BackendChoice, CacheOptions, EngineOptions, QueueOptions } from './types.ts';

/** Options with every default filled in. */
export interface ResolvedEngineOptions {
  readonly backend: BackendChoice;
  readonly preprocessing: Preprocessing;
  readonly workers: number;
  readonly threads: ThreadPolicy;
  /** Folder of optimised graphs; undefined where none are kept. */
  readonly optimisedGraphs: string | undefined;
  readonly limits: ImageLimits;
  /** Bytes that decoding the pictures in progress may take together. */
  readonly pictureMemory: number;
  readonly queue: QueueOptions;
  readonly cache: CacheOptions;
  readonly singleFlight: boolean;
  readonly inferenceTimeoutMs: number;
  readonly prefetch: number;
  readonly workerNiceness: number;
}

/** Threads inside an inference. */
export type ThreadPolicy =
  | { readonly kind: 'fixed'; readonly threads: number }
  /** All that the CPU quota has, shared by the workers that are busy. */
  | { readonly kind: 'by-load'; readonly most: number };

/** Defaults that do not depend on the machine. `workers` and the threads follow the CPU quota. */
export const DEFAULT_ENGINE_OPTIONS = {
  backend: 'auto',
  preprocessing: 'fast',
  queue: { maxPictures: 256, maxPixels: 1_000_000_000, maxBytes: 256 * 1024 * 1024 },
  cache: { maxEntries: 0, maxBytes: 32 * 1024 * 1024 },
  singleFlight: true,
  inferenceTimeoutMs: 60_000,
  prefetch: 1,
  workerNiceness: 5,
} as const;

const BACKENDS: readonly string[] = ['auto', 'native', 'wasm'];

const PREPROCESSING: readonly string[] = ['fast', 'exact'];

/**
 * Fills in the defaults and refuses what cannot be meant.
 *
 * @throws OPTION_INVALID with the option's name
 */
export function resolveEngineOptions(options: EngineOptions = {}): ResolvedEngineOptions {
  const d = DEFAULT_ENGINE_OPTIONS;
  const backend = options.backend ?? d.backend;
  if (!BACKENDS.includes(backend)) throw invalid('backend', 'auto, native or wasm', backend);
  const preprocessing = options.preprocessing ?? d.preprocessing;
  if (!PREPROCESSING.includes(preprocessing)) throw invalid('preprocessing', 'fast or exact', preprocessing);
  const quota = cpuQuota();
  const workers = whole('workers', options.workers ?? defaultWorkers(quota), 1, 256);
  return {
    backend,
    preprocessing,
    workers,
    threads: threadPolicy(options, quota, workers),
    optimisedGraphs:
      options.optimisedGraphs === false
        ? undefined
        : resolve(options.optimisedGraphs ?? join(storeFolder(process.env), 'optimised')),
    limits: resolveLimits(options.limits),
    pictureMemory: whole('pictureMemory', options.pictureMemory ?? defaultPictureMemory(workers), 1),
    queue: {
      maxPictures: whole('queue.maxPictures', options.queue?.maxPictures ?? d.queue.maxPictures, 0),
      maxPixels: whole('queue.maxPixels', options.queue?.maxPixels ?? d.queue.maxPixels, 0),
      maxBytes: whole('queue.maxBytes', options.queue?.maxBytes ?? d.queue.maxBytes, 0),
    },
    cache: {
      maxEntries: whole('cache.maxEntries', options.cache?.maxEntries ?? d.cache.maxEntries, 0),
      maxBytes: whole('cache.maxBytes', options.cache?.maxBytes ?? d.cache.maxBytes, 0),
    },
    singleFlight: options.singleFlight ?? d.singleFlight,
    inferenceTimeoutMs: within(
      'inferenceTimeoutMs',
      options.inferenceTimeoutMs ?? d.inferenceTimeoutMs,
      1,
      86_400_000,
    ),
    prefetch: whole('prefetch', options.prefetch ?? d.prefetch, 0, 1024),
    workerNiceness: whole('workerNiceness', options.workerNiceness ?? d.workerNiceness, 0, 19),
  };
}

function threadPolicy(options: EngineOptions, quota: number, workers: number): ThreadPolicy {
  const { intraOpThreads, deterministic = false } = options;
  const share = Math.max(1, Math.floor(quota / workers));
  const threads = whole('intraOpThreads', intraOpThreads ?? share, 1, 256);
  if (deterministic || intraOpThreads !== undefined) return { kind: 'fixed', threads };
  return { kind: 'by-load', most: Math.min(quota, 256) };
}

function whole(name: string, value: number, min: number, max = Number.MAX_SAFE_INTEGER): number {
  if (!Number.isSafeInteger(value)) throw invalid(name, 'a whole number', value);
  return within(name, value, min, max);
}

function within(name: string, value: number, min: number, max: number): number {
  if (typeof value === 'number' && value >= min && value <= max) return value;
  const range = max === Number.MAX_SAFE_INTEGER ? `a number of at least ${min}` : `${min} to ${max}`;
  throw invalid(name, range, value);
}

function invalid(name: string, expected: string, received: unknown): PictorError {
  return new PictorError('OPTION_INVALID', {
    expected: `${expected} for engine option ${name}`,
    received: String(received),
    fix: 'Correct the option or leave it out',
  });
}
