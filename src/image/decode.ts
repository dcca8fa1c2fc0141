import { bounded, throwIfAborted } from '../base/bounded.ts';
import type { BufferPool } from '../base/buffer-pool.ts';
import { systemLimitError } from '../base/system-limit.ts';
import { isPictorError, PictorError } from '../errors.ts';
import { decodersFor } from './formats/decoders/index.ts';
import type { DecodePixels, Decoder } from './formats/decoders/types.ts';
import { needsSharp } from './formats/headers/read-header.ts';
import { type Inspected, inspectHeader } from './inspect.ts';
import { type ImageOptions, resolveLimits } from './limits.ts';
import type { Shrink } from './resize/reduction.ts';
import type { DecoderName, Picture, Pixels } from './types.ts';

export interface DecodeOptions extends ImageOptions {
  /** Which frame of a GIF or WebP animation, 0-based (default the first). */
  readonly frame?: number;
  /** Which decoders may be used (default all): for comparisons, and where native modules are unwanted. */
  readonly decoders?: readonly DecoderName[];
  /** Where memory may come from (default: fresh memory); what is taken is the caller's to give back. */
  readonly pool?: BufferPool;
}

/**
 * Decodes a picture into upright 8-bit sRGB: EXIF orientation applied, colour profile converted, transparency on white,
 * the first frame of what moves unless another is asked for.
 *
 * @param bytes the whole picture
 * @param options limits (bytes, pixels, time), signal, decoders
 * @throws IMAGE_EMPTY, IMAGE_TOO_LARGE, IMAGE_FORMAT_UNSUPPORTED, IMAGE_CORRUPT, IMAGE_TOO_SMALL, IMAGE_TOO_MANY_PIXELS,
 *   IMAGE_DECODE_TIMEOUT, ABORTED, DEADLINE_EXCEEDED
 * @example
 * const { width, height, data } = await decodePicture(await readFile('photo.jpg'));
 */
export async function decodePicture(bytes: Uint8Array, options: DecodeOptions = {}): Promise<Picture> {
  throwIfAborted(options.signal);
  const inspected = await inspectHeader(bytes, options);
  const { pixels } = await decodeInspected(bytes, inspected, options, 1);
  return { ...inspected.info, ...pixels };
}

/** Pixels, and who made them. */
export interface DecodedPixels {
  readonly pixels: Pixels;
  readonly decoder: DecoderName;
}

/**
 * Decodes a picture whose header is known.
 *
 * @param shrink how many times smaller than stored the pixels may be
 * @throws the codes of {@link decodePicture}
 */
export async function decodeInspected(
  bytes: Uint8Array,
  { header }: Inspected,
  options: DecodeOptions,
  shrink: Shrink,
): Promise<DecodedPixels> {
  const limits = resolveLimits(options.limits);
  throwIfAborted(options.signal);
  const bounds = {
    signal: options.signal,
    timeoutMs: limits.timeoutMs,
    onTimeout: () => new PictorError('IMAGE_DECODE_TIMEOUT', { expected: `at most ${limits.timeoutMs} ms` }),
  };
  let cause: unknown;
  for (const decoder of decodersFor(header)) {
    if (options.decoders && !options.decoders.includes(decoder.name)) continue;
    const decode = await loadOnce(decoder).catch((error: unknown) => {
      cause = error;
    });
    if (!decode) continue;
    const work = decode(bytes, header, { limits, shrink, pool: options.pool, frame: options.frame ?? 0 });
    const pixels = await bounded(work, bounds).catch(asPictorError);
    return { pixels, decoder: decoder.name };
  }
  throw needsSharp(header.format, cause);
}

/** What a decoder throws means that the picture is damaged, unless it says otherwise. */
function asPictorError(cause: unknown): never {
  throw isPictorError(cause)
    ? cause
    : (systemLimitError(cause) ?? new PictorError('IMAGE_CORRUPT', { cause }));
}

/** Loaded decoders, and those that cannot be loaded on this machine: asked once. */
const loaded = new WeakMap<Decoder, Promise<DecodePixels>>();

function loadOnce(decoder: Decoder): Promise<DecodePixels> {
  const loading = loaded.get(decoder) ?? decoder.load();
  loaded.set(decoder, loading);
  return loading;
}
