import { PictorError } from '../errors.ts';
import type { Admission, Release } from './admission.ts';

export interface BodyOptions {
  /** Bytes. */
  readonly maxBytes: number;
  /** Milliseconds for the whole body. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  readonly admission: Admission;
  /** Gets the function that gives the held memory back. */
  readonly onHold: (release: Release) => void;
}

/**
 * Reads a request body, counting while it streams. A declared length that is too large is refused at once; one that is
 * small is not believed.
 *
 * @param request its body must not have been read
 * @throws BODY_TOO_LARGE, REQUEST_TIMEOUT, REQUEST_ABORTED, OVERLOADED
 */
export async function readBody(request: Request, options: BodyOptions): Promise<Uint8Array> {
  const declared = Number(request.headers.get('content-length') ?? 0);
  if (declared > options.maxBytes) throw tooLarge(options.maxBytes, `${declared} bytes`);
  const stream = request.body;
  if (stream === null) return new Uint8Array(0);

  const reader = stream.getReader();
  const interrupted = interruption(options);
  const chunks: Uint8Array[] = [];
  let total = 0;
  try {
    while (true) {
      const step = await Promise.race([reader.read(), interrupted.promise]);
      if (step.done) break;
      total += step.value.byteLength;
      if (total > options.maxBytes) throw tooLarge(options.maxBytes, 'more');
      options.onHold(options.admission.hold(step.value.byteLength));
      chunks.push(step.value);
    }
  } catch (thrown) {
    // Not awaited: a client that stopped sending would hold the answer back.
    reader.cancel().catch(() => {});
    if (thrown instanceof PictorError) throw thrown;
    throw new PictorError('REQUEST_ABORTED', { cause: thrown });
  } finally {
    interrupted.dispose();
  }
  return join(chunks, total);
}

function tooLarge(maxBytes: number, received: string): PictorError {
  return new PictorError('BODY_TOO_LARGE', {
    expected: `at most ${maxBytes} bytes`,
    received,
    fix: 'Send a smaller picture, or raw bytes instead of base64',
  });
}

function interruption({ signal, timeoutMs }: BodyOptions): { promise: Promise<never>; dispose: () => void } {
  let stop: (reason: PictorError) => void = () => {};
  const promise = new Promise<never>((_, reject) => {
    stop = reject;
  });
  // The race may already be over when the interruption comes.
  promise.catch(() => {});
  const timer = setTimeout(
    () => stop(new PictorError('REQUEST_TIMEOUT', { expected: `the whole body within ${timeoutMs} ms` })),
    timeoutMs,
  );
  const onAbort = () => {
    const { reason } = signal;
    stop(reason instanceof PictorError ? reason : new PictorError('REQUEST_ABORTED', { cause: reason }));
  };
  if (signal.aborted) onAbort();
  else signal.addEventListener('abort', onAbort, { once: true });
  return {
    promise,
    dispose: () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
    },
  };
}

function join(chunks: readonly Uint8Array[], total: number): Uint8Array {
  const [only] = chunks;
  if (chunks.length === 1 && only !== undefined) return only;
  const all = new Uint8Array(total);
  let offset = 0;
  for (const chunk of chunks) {
    all.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return all;
}
