const MIB = 1024 * 1024;

/** What a function with a small model takes before it decodes anything, bytes (measured after 1000 requests). */
const LEVEL_BYTES = 160 * MIB;

/** Enough for a photograph that is decoded at its full size; a baseline JPEG never is. */
const LEAST_PICTURE_BYTES = 48 * MIB;

/** Name of the variable that tells a function how much memory it has, MiB. */
const VARIABLE = 'PICTOR_MEMORY_MIB';

/**
 * The environment that keeps Node.js within a function's memory. V8 would let dead bytes lie until a heap of gigabytes is
 * full, and glibc keeps an arena for each thread, with what each once freed.
 *
 * @param mib memory of the function
 * @example
 * memoryEnvironment(256).NODE_OPTIONS; // '--max-old-space-size=96 --max-semi-space-size=2'
 */
export function memoryEnvironment(mib: number): Readonly<Record<string, string>> {
  const oldSpace = Math.max(64, Math.floor((mib * 3) / 8));
  return {
    [VARIABLE]: String(mib),
    NODE_OPTIONS: `--max-old-space-size=${oldSpace} --max-semi-space-size=${mib < 1024 ? 2 : 16}`,
    MALLOC_ARENA_MAX: '1',
    MALLOC_TRIM_THRESHOLD_: '131072',
    MALLOC_MMAP_THRESHOLD_: '131072',
  };
}

/**
 * Bytes that decoding one picture may take in a function: what its memory leaves.
 *
 * @param limit memory of the function, bytes, where nothing tells it more exactly
 * @param mib value of `PICTOR_MEMORY_MIB`
 */
export function functionPictureMemory(
  limit: number,
  mib: string | undefined = process.env[VARIABLE],
): number {
  const told = Number(mib) * MIB;
  const memory = told > 0 ? told : limit;
  return Math.max(LEAST_PICTURE_BYTES, Math.floor((memory - LEVEL_BYTES) * 0.8));
}
