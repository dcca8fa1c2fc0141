import type { Readable } from 'node:stream';
import { PictorError } from '../../errors.ts';
import { type BodyMemory, discard } from './body-memory.ts';

export interface BodyOptions {
  /** Bytes. */
  readonly maxBytes: number;
  /** Milliseconds for the whole body. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Takes memory for what has come. @throws OVERLOADED, BODY_TOO_LARGE */
  readonly hold: (bytes: number) => unknown;
  readonly memory: BodyMemory;
  /** The body as Node.js has it, where it does: a web stream over it costs as much as the rest of the request. */
  readonly incoming?: Readable | undefined;
}

/** Takes a piece of the body. @throws BODY_TOO_LARGE, OVERLOADED */
type Take = (chunk: Uint8Array) => void;

/** A body on its way. */
interface BodyReader {
  /** Rejects with what `take` threw, or with what happened to the connection. */
  readonly done: Promise<void>;
  /** Takes no more. Not awaited: a client that stopped sending would hold the answer back. */
  stop(): void;
}

/**
 * Reads a request body, counting while it streams. A declared length that is too large is refused at once; one that is
 * small is not believed.
 *
 * @param request its body must not have been read
 * @throws BODY_TOO_LARGE, REQUEST_TIMEOUT, REQUEST_ABORTED, OVERLOADED
 */
export async function readBody(request: Request, options: BodyOptions): Promise<Uint8Array> {
  const { maxBytes, hold, incoming } = options;
  const declared = Number(request.headers.get('content-length') ?? 0);
  if (declared > maxBytes) throw tooLarge(maxBytes, `${declared} bytes`);

  const chunks: Uint8Array[] = [];
  let total = 0;
  const take: Take = (chunk) => {
    total += chunk.byteLength;
    if (total > maxBytes) throw tooLarge(maxBytes, 'more');
    hold(chunk.byteLength);
    chunks.push(chunk);
  };
  const reader = incoming === undefined ? readWeb(request.body, take) : readNode(incoming, take);
  const interrupted = interruption(options);
  try {
    await Promise.race([reader.done, interrupted.promise]);
  } catch (thrown) {
    if (thrown instanceof PictorError) throw thrown;
    throw new PictorError('REQUEST_ABORTED', { cause: thrown });
  } finally {
    reader.stop();
    interrupted.dispose();
  }
  const body = options.memory.take(total);
  let offset = 0;
  for (const chunk of chunks) {
    body.set(chunk, offset);
    offset += chunk.byteLength;
    if (incoming !== undefined) discard(chunk);
  }
  return body;
}

function readWeb(stream: ReadableStream<Uint8Array> | null, take: Take): BodyReader {
  if (stream === null) return { done: Promise.resolve(), stop: () => {} };
  const reader = stream.getReader();
  let stopped = false;
  const read = async () => {
    while (true) {
      const { done, value } = await reader.read();
      if (done || stopped) return;
      take(value);
    }
  };
  const done = read();
  // When the body was interrupted nobody listens any more.
  done.catch(() => {});
  return {
    done,
    stop() {
      stopped = true;
      reader.cancel().catch(() => {});
    },
  };
}

function readNode(incoming: Readable, take: Take): BodyReader {
  let stop = () => {};
  const done = new Promise<void>((resolve, reject) => {
    const onData = (chunk: Uint8Array) => {
      try {
        take(chunk);
      } catch (thrown) {
        stop();
        reject(thrown);
      }
    };
    const onClose = () => {
      if (incoming.readableEnded) resolve();
      else reject(incoming.errored ?? new Error('the connection was closed'));
    };
    stop = () => {
      incoming.off('data', onData);
      incoming.off('end', resolve);
      incoming.off('close', onClose);
      // `error` stays: a connection that breaks later must not bring the process down.
      if (!incoming.readableEnded) incoming.pause();
    };
    if (incoming.readableEnded || incoming.destroyed) return onClose();
    incoming.on('data', onData);
    incoming.on('end', resolve);
    incoming.on('error', reject);
    incoming.on('close', onClose);
  });
  done.catch(() => {});
  return { done, stop: () => stop() };
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
