import { abortError } from '../../base/bounded.ts';
import { PictorError } from '../../errors.ts';
import { checkBytes, formatBytes, tooLarge } from '../limits.ts';
import type { ImageLimits } from '../types.ts';

export interface ChunkOptions {
  readonly signal?: AbortSignal | undefined;
  /** Told of bytes before they are kept; refuses them by throwing. */
  readonly hold?: ((bytes: number) => unknown) | undefined;
}

/**
 * Collects a stream, and stops it as soon as it has too many bytes, the signal fires or it turns out not to hold bytes.
 *
 * @throws IMAGE_EMPTY, IMAGE_TOO_LARGE, IMAGE_SOURCE_INVALID, ABORTED
 */
export async function readChunks(
  source: AsyncIterable<unknown>,
  limits: ImageLimits,
  { signal, hold }: ChunkOptions = {},
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let total = 0;
  const iterator = source[Symbol.asyncIterator]();
  const aborted = abortion(signal);
  let finished = false;
  try {
    for (;;) {
      const next = iterator.next();
      // A stream that fails after the signal has fired has nobody who listens.
      next.catch(() => {});
      const { done, value } = await Promise.race([next, aborted.promise]);
      if (done) break;
      if (!(value instanceof Uint8Array)) {
        throw new PictorError('IMAGE_SOURCE_INVALID', {
          expected: 'a stream of bytes',
          received: `a stream of ${typeof value}`,
        });
      }
      total += value.byteLength;
      if (total > limits.maxBytes) throw tooLarge(limits, `more than ${formatBytes(limits.maxBytes)}`);
      hold?.(value.byteLength);
      chunks.push(value);
    }
    finished = true;
  } finally {
    aborted.dispose();
    // Not awaited: a stream that never answers `next` does not answer `return` either.
    if (!finished) void iterator.return?.().catch(() => {});
  }
  checkBytes(total, limits);
  const [only] = chunks;
  return chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks, total);
}

function abortion(signal: AbortSignal | undefined): { promise: Promise<never>; dispose: () => void } {
  let dispose = () => {};
  const promise = new Promise<never>((_, reject) => {
    if (signal === undefined) return;
    const onAbort = () => reject(abortError(signal));
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
    dispose = () => signal.removeEventListener('abort', onAbort);
  });
  promise.catch(() => {});
  return { promise, dispose };
}
