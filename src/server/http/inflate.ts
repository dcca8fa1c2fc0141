/**
 * Bodies that were compressed on their way (`Content-Encoding`): inflated within the same bounds as others.
 *
 * @module
 */
import { pipeline, Readable, type Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate, createInflateRaw } from 'node:zlib';
import { PictorError } from '../../errors.ts';
import type { BodyMemory } from './body-memory.ts';

export interface InflateOptions {
  /** Bytes of the inflated body. */
  readonly maxBytes: number;
  readonly signal: AbortSignal;
  /** Takes memory for what has come out. @throws OVERLOADED, BODY_TOO_LARGE */
  readonly hold: (bytes: number) => unknown;
  readonly memory: Pick<BodyMemory, 'take'>;
}

/** What a body may come in, as `Accept-Encoding` says it (RFC 9110, 12.5.3). */
export const ACCEPTED_ENCODINGS = 'gzip, deflate, br';

/** The low four bits of a zlib stream's first byte (RFC 1950). Older clients send `deflate` without that header. */
const ZLIB = 0x8;

/**
 * The encoding that a body came in.
 *
 * @param headers of the request
 * @returns undefined for one that came as it is
 * @throws CONTENT_ENCODING_UNSUPPORTED, which names what is accepted
 */
export function encodingOf(headers: Headers): Encoding | undefined {
  const named = (headers.get('content-encoding') ?? '')
    .toLowerCase()
    .split(',', MOST_ENCODINGS + 1)
    .map((name) => name.trim())
    .filter((name) => name !== '' && name !== 'identity');
  const [first, ...more] = named;
  if (first === undefined) return undefined;
  const encoding = ENCODINGS.get(first);
  if (encoding !== undefined && more.length === 0) return encoding;
  throw new PictorError('CONTENT_ENCODING_UNSUPPORTED', {
    expected: `one of ${ACCEPTED_ENCODINGS}, or none`,
    received: named.join(', ').slice(0, 100),
  });
}

type Encoding = 'gzip' | 'deflate' | 'br';

const ENCODINGS: ReadonlyMap<string, Encoding> = new Map([
  ['gzip', 'gzip'],
  ['x-gzip', 'gzip'],
  ['deflate', 'deflate'],
  ['br', 'br'],
]);

const MOST_ENCODINGS = 8;

/**
 * Inflates a body while counting what comes out: a bomb ends at the bound, not after it.
 *
 * @throws BODY_INVALID for one that is damaged or stops early, BODY_TOO_LARGE, OVERLOADED, what the signal says
 */
export async function inflateBody(
  body: Uint8Array,
  encoding: Encoding,
  { maxBytes, signal, hold, memory }: InflateOptions,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let total = 0;
  const inflater = inflaterOf(body, encoding);
  // Nobody waits for the pipeline's own end: what breaks it is thrown to whoever reads.
  pipeline(Readable.from([body]), inflater, () => {});
  const onAbort = () => inflater.destroy(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    signal.throwIfAborted();
    for await (const chunk of inflater as AsyncIterable<Uint8Array>) {
      total += chunk.byteLength;
      if (total > maxBytes) {
        throw new PictorError('BODY_TOO_LARGE', {
          expected: `at most ${maxBytes} bytes, inflated`,
          received: 'more',
          fix: 'Send a smaller picture',
        });
      }
      hold(chunk.byteLength);
      chunks.push(chunk);
    }
  } catch (cause) {
    if (cause instanceof PictorError) throw cause;
    if (signal.aborted) throw signal.reason;
    throw new PictorError('BODY_INVALID', {
      expected: `a whole body in the encoding ${encoding}`,
      received: 'one that does not inflate',
      cause,
    });
  } finally {
    signal.removeEventListener('abort', onAbort);
    inflater.destroy();
  }
  const inflated = memory.take(total);
  let offset = 0;
  for (const chunk of chunks) {
    inflated.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return inflated;
}

function inflaterOf(body: Uint8Array, encoding: Encoding): Transform {
  if (encoding === 'gzip') return createGunzip();
  if (encoding === 'br') return createBrotliDecompress();
  return ((body[0] ?? 0) & 0xf) === ZLIB ? createInflate() : createInflateRaw();
}
