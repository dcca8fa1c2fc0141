/**
 * A response body whose bytes are taken as they come.
 *
 * @module
 */
import { PassThrough, type Readable } from 'node:stream';

/** Bytes that may wait to be written to the disk. */
const WAITING = 1 << 20;

/** Bytes in order, then the failure, if there was one. */
export interface EagerBody extends AsyncIterable<unknown> {
  /** Ends a body that nobody wants, without waiting for a server that keeps it open. */
  readonly discard: () => void;
}

/**
 * Takes a body over at once. A stream that breaks throws away what it has buffered, and with it bytes that a poor
 * connection took long to deliver; here they come first and the error after them.
 */
export function eagerBody(body: Readable): EagerBody {
  const kept = new PassThrough({ highWaterMark: WAITING });
  let failure: { readonly error: unknown } | undefined;
  body.on('error', (error) => {
    failure = { error };
    kept.end();
  });
  body.pipe(kept);
  return {
    discard: () => body.destroy(),
    async *[Symbol.asyncIterator]() {
      try {
        yield* kept;
        if (failure) throw failure.error;
      } finally {
        body.destroy();
      }
    },
  };
}
