/**
 * Bounds that keep one request from harming the others.
 *
 * @module
 */
import { shareOfMemory } from '../base/memory-budget.ts';
import { memoryLimit } from '../base/memory-limit.ts';
import { DEFAULT_IMAGE_LIMITS, type ImageLimits } from '../image/types.ts';

/** Every bound of the HTTP application, resolved. */
export interface ServerLimits {
  /** Request body, bytes (default 32 MiB: a 20 MiB picture as base64 in JSON, with room). Counted while streaming. */
  readonly maxBodyBytes: number;
  /** Time for a whole body to arrive (default 30 000 ms). */
  readonly bodyTimeoutMs: number;
  /**
   * Everything that requests hold in memory together, bytes: bodies, the text that is parsed of them, pictures fetched or
   * decoded from base64 (default: a sixth of the memory of the container or machine, 32 to 256 MiB). A request that needs
   * more than all of it is refused with `BODY_TOO_LARGE`.
   */
  readonly maxBufferedBytes: number;
  /** Recognition requests accepted at the same time; more are answered with `OVERLOADED` (default 64). */
  readonly maxInFlight: number;
  /** Time from the first byte of a request to its answer (default 60 000 ms). */
  readonly deadlineMs: number;
  /** What `Retry-After` says when the server is full or not ready (default 1 s). */
  readonly retryAfterSeconds: number;
  /** Bounds of a picture. */
  readonly image: ImageLimits;
}

export const DEFAULT_SERVER_LIMITS: ServerLimits = {
  maxBodyBytes: 32 * 1024 * 1024,
  bodyTimeoutMs: 30_000,
  maxBufferedBytes: 256 * 1024 * 1024,
  maxInFlight: 64,
  deadlineMs: 60_000,
  retryAfterSeconds: 1,
  image: DEFAULT_IMAGE_LIMITS,
};

/** Limits as a caller writes them: anything left out has its default. */
export type ServerLimitsInput = Partial<Omit<ServerLimits, 'image'>> & {
  readonly image?: Partial<ImageLimits> | undefined;
};

/**
 * How much requests may hold where nobody says otherwise. Beside it a process has its heap, its libraries and its workers'
 * memory, and what is counted once may lie in memory twice for a moment.
 *
 * @param memory bytes that the process and its workers may use
 */
export function defaultBufferedBytes(memory: number): number {
  return shareOfMemory(memory, 1 / 6, [32 * 1024 * 1024, DEFAULT_SERVER_LIMITS.maxBufferedBytes]);
}

/** Fills in the defaults. */
export function resolveServerLimits(input: ServerLimitsInput = {}): ServerLimits {
  return {
    ...DEFAULT_SERVER_LIMITS,
    maxBufferedBytes: defaultBufferedBytes(memoryLimit()),
    ...input,
    image: { ...DEFAULT_IMAGE_LIMITS, ...input.image },
  };
}
