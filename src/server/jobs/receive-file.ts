import { createWriteStream } from 'node:fs';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream as NodeReadableStream } from 'node:stream/web';
import { isPictorError, PictorError } from '../../errors.ts';
import { type FetchOptions, guardedFetch } from '../../image/sources/fetch/guarded-fetch.ts';

export interface ReceiveOptions {
  /** Bytes. */
  readonly maxBytes: number;
  readonly signal: AbortSignal;
  /** Counts bytes before they are written. */
  readonly reserve: (bytes: number) => void;
  /** The body as Node.js has it, where it does. */
  readonly incoming?: Readable | undefined;
}

/**
 * Writes a request's body to a file, without holding it in memory.
 *
 * @param request its body must not have been read
 * @param path of a file that does not exist yet
 * @returns bytes written
 * @throws BODY_TOO_LARGE, BODY_INVALID for an empty one, JOB_STORAGE_FULL, REQUEST_TIMEOUT, REQUEST_ABORTED, FILE_WRITE_FAILED
 */
export async function receiveFile(request: Request, path: string, options: ReceiveOptions): Promise<number> {
  const { maxBytes, incoming } = options;
  const declared = Number(request.headers.get('content-length') ?? 0);
  if (declared > maxBytes) throw tooLarge(maxBytes, `${declared} bytes`);
  const source =
    incoming === undefined
      ? request.body === null
        ? Readable.from([])
        : fromWeb(request.body)
      : // The connection must outlive a refused body: the answer goes the same way.
        Readable.from(incoming.iterator({ destroyOnReturn: false }));
  try {
    return await writeBounded(source, path, options);
  } catch (cause) {
    if (isPictorError(cause)) throw cause;
    throw new PictorError('REQUEST_ABORTED', { cause });
  }
}

/**
 * Fetches a file from an address into a file, without holding it in memory.
 *
 * @param address http or https; where it may lead is checked as for pictures
 * @param path of a file that does not exist yet
 * @param options bounds; `urls` says what may be reached and in what time
 * @returns bytes written
 * @throws IMAGE_URL_FORBIDDEN, IMAGE_URL_FAILED, BODY_TOO_LARGE, BODY_INVALID, JOB_STORAGE_FULL, REQUEST_TIMEOUT, REQUEST_ABORTED, FILE_WRITE_FAILED
 */
export async function fetchFile(
  address: string,
  path: string,
  { urls, ...options }: ReceiveOptions & { readonly urls: FetchOptions },
): Promise<number> {
  const { signal, maxBytes } = options;
  try {
    return await guardedFetch(
      address,
      { ...urls, signal },
      {
        accept: 'video/*, image/*',
        expected: 'a video',
        async read({ body, length, signal: within }) {
          if (length > maxBytes) throw tooLarge(maxBytes, `${length} bytes`);
          return writeBounded(body, path, { ...options, signal: within });
        },
      },
    );
  } catch (thrown) {
    // Why the request ended: its deadline, a client that went, a server that stops.
    throw signal.aborted && isPictorError(signal.reason) ? signal.reason : thrown;
  }
}

async function writeBounded(
  source: Readable,
  path: string,
  { maxBytes, signal, reserve }: ReceiveOptions,
): Promise<number> {
  let total = 0;
  const counter = new Transform({
    transform(chunk: Uint8Array, _encoding, done) {
      total += chunk.byteLength;
      try {
        if (total > maxBytes) throw tooLarge(maxBytes, 'more');
        reserve(chunk.byteLength);
        done(null, chunk);
      } catch (thrown) {
        done(thrown instanceof Error ? thrown : new Error(String(thrown)));
      }
    },
  });
  try {
    await pipeline(source, counter, createWriteStream(path, { flags: 'wx' }), { signal });
  } catch (cause) {
    if (isPictorError(cause)) throw cause;
    if (signal.aborted && isPictorError(signal.reason)) throw signal.reason;
    if (writeFailed(cause)) {
      throw new PictorError('FILE_WRITE_FAILED', { received: path, fix: 'Free disk space', cause });
    }
    throw cause;
  }
  if (total === 0)
    throw new PictorError('BODY_INVALID', { expected: 'a file of at least one byte', received: 'nothing' });
  return total;
}

function fromWeb(body: ReadableStream<Uint8Array>): Readable {
  return Readable.fromWeb(body as unknown as NodeReadableStream);
}

/** The file's own failures carry a system call; a connection that broke has none of these. */
function writeFailed(cause: unknown): boolean {
  return (
    cause instanceof Error && 'syscall' in cause && (cause.syscall === 'write' || cause.syscall === 'open')
  );
}

function tooLarge(maxBytes: number, received: string): PictorError {
  return new PictorError('BODY_TOO_LARGE', { expected: `at most ${maxBytes} bytes`, received });
}
