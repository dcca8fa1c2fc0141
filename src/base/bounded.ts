import { PictorError } from '../errors.ts';

/** @throws ABORTED when the signal has fired */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw abortError(signal);
}

/** The error for a signal that has fired: a deadline and a cancellation are told apart. */
export function abortError(signal: AbortSignal): PictorError {
  const reason: unknown = signal.reason;
  const late = reason instanceof Error && reason.name === 'TimeoutError';
  return new PictorError(late ? 'DEADLINE_EXCEEDED' : 'ABORTED', { cause: reason });
}

/**
 * Waits for work no longer than the signal and the time allow. Work that cannot be stopped goes on unobserved; its
 * late failure is swallowed.
 *
 * @param work the promise to wait for
 * @param bounds signal, and the error to throw once `timeoutMs` have passed
 * @throws ABORTED, DEADLINE_EXCEEDED, or what `onTimeout` gives
 */
export async function bounded<T>(
  work: Promise<T>,
  bounds: {
    readonly signal?: AbortSignal | undefined;
    readonly timeoutMs: number;
    readonly onTimeout: () => PictorError;
  },
): Promise<T> {
  const { signal, timeoutMs, onTimeout } = bounds;
  let cleanUp = () => {};
  const stop = new Promise<never>((_, reject) => {
    const onAbort = () => signal && reject(abortError(signal));
    // Longer delays than 2^31-1 ms would fire at once.
    const timer = setTimeout(() => reject(onTimeout()), Math.min(timeoutMs, 0x7fff_ffff));
    signal?.addEventListener('abort', onAbort, { once: true });
    if (signal?.aborted) onAbort();
    cleanUp = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    };
  });
  work.catch(() => {});
  try {
    return await Promise.race([work, stop]);
  } finally {
    cleanUp();
  }
}
