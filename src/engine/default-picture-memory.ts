import { memoryLimit } from '../base/memory-limit.ts';
import { CALLER_BYTES, WORKER_BYTES } from './default-workers.ts';

const MIB = 1024 * 1024;

/** Enough for a photograph of any format, however small the container is said to be. */
const LEAST_BYTES = 64 * MIB;
const MOST_BYTES = 2048 * MIB;

/** The rest is left for answers, models and allocators. */
const SHARE = 0.75;

/**
 * How much memory decoding may take: most of what the container has besides the calling process and its workers. With
 * 512 MB and two workers that is 144 MB: a lossy WebP of 12 megapixels as a whole, an AVIF of 5, a baseline JPEG of any
 * size that is allowed.
 *
 * @param workers of the engine
 * @param memory limit of the container, bytes (default: of this process)
 */
export function defaultPictureMemory(workers: number, memory: number = memoryLimit()): number {
  const free = memory - CALLER_BYTES - workers * WORKER_BYTES;
  return Math.floor(Math.min(MOST_BYTES, Math.max(LEAST_BYTES, free * SHARE)));
}
