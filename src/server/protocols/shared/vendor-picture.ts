/**
 * Pictures in vendor requests: base64 text or an address, within the vendor's own bounds. Only the head of the picture
 * is looked at here; its pixels are decoded once, by the engine.
 *
 * @module
 */
import type { Release } from '../../../base/memory-budget.ts';
import { PictorError } from '../../../errors.ts';
import { inspectPicture } from '../../../image/inspect.ts';
import { formatBytes } from '../../../image/limits.ts';
import { readSource } from '../../../image/sources/read-source.ts';
import { decodedLength } from '../../../image/sources/text.ts';
import type { PictureFormat, PictureInfo } from '../../../image/types.ts';
import type { ProtocolContext } from '../types.ts';

/** A picture as a vendor's request has it. */
export type VendorPicture =
  | { readonly kind: 'base64'; readonly text: string }
  | { readonly kind: 'url'; readonly url: string };

/** What a vendor takes. The server's own limits hold as well. */
export interface PictureBounds {
  /** Characters of base64 text. */
  readonly maxText?: number;
  /** Bytes of the encoded picture. */
  readonly maxBytes?: number;
  readonly minBytes?: number;
  readonly formats?: readonly PictureFormat[];
  /** Pixels, both sides. */
  readonly minSide?: number;
  readonly maxSide?: number;
  /** Longer side over shorter side. */
  readonly maxRatio?: number;
}

export interface ReadPicture {
  readonly bytes: Uint8Array;
  readonly info: PictureInfo;
  /** Gives the picture's memory back before the request ends, for requests with many. */
  readonly release: Release;
}

/**
 * Reads and checks the picture of a vendor's request.
 *
 * @param picture as sent
 * @param bounds the vendor's
 * @throws IMAGE_EMPTY, IMAGE_BASE64_INVALID, IMAGE_TOO_LARGE, IMAGE_TOO_SMALL, IMAGE_TOO_MANY_PIXELS,
 *   IMAGE_ASPECT_RATIO, IMAGE_FORMAT_UNSUPPORTED, IMAGE_CORRUPT, IMAGE_URL_DISABLED, IMAGE_URL_FORBIDDEN,
 *   IMAGE_URL_FAILED
 */
export async function readVendorPicture(
  picture: VendorPicture,
  bounds: PictureBounds,
  context: ProtocolContext,
): Promise<ReadPicture> {
  const { signal } = context;
  const limits = context.limits.image;
  const { bytes, release } =
    picture.kind === 'url'
      ? await context.fetchPicture(picture.url)
      : await decoded(boundedText(picture.text, bounds), context);
  try {
    checkLength(bytes.byteLength, bounds);
    const info = await inspectPicture(bytes, { limits, signal });
    checkInfo(info, bounds);
    return { bytes, info, release };
  } catch (thrown) {
    release();
    throw thrown;
  }
}

async function decoded(text: string, { limits, signal, hold }: ProtocolContext) {
  const release = hold(decodedLength(text));
  try {
    return { bytes: await readSource({ base64: text }, { limits: limits.image, signal }), release };
  } catch (thrown) {
    release();
    throw thrown;
  }
}

function boundedText(text: string, { maxText = Number.POSITIVE_INFINITY }: PictureBounds): string {
  if (text.length <= maxText) return text;
  throw new PictorError('IMAGE_TOO_LARGE', {
    expected: `at most ${formatBytes(maxText)} of base64`,
    received: formatBytes(text.length),
    fix: 'Shrink the picture',
  });
}

function checkLength(bytes: number, { minBytes = 0, maxBytes = Number.POSITIVE_INFINITY }: PictureBounds) {
  if (bytes > maxBytes) {
    throw new PictorError('IMAGE_TOO_LARGE', {
      expected: `at most ${formatBytes(maxBytes)}`,
      received: formatBytes(bytes),
      fix: 'Shrink the picture',
    });
  }
  if (bytes < minBytes) {
    const expected = `a picture of at least ${minBytes} bytes`;
    throw new PictorError('IMAGE_CORRUPT', { expected, received: `${bytes} bytes` });
  }
}

/** @throws IMAGE_FORMAT_UNSUPPORTED, IMAGE_TOO_SMALL, IMAGE_TOO_MANY_PIXELS, IMAGE_ASPECT_RATIO */
function checkInfo({ format, width, height }: PictureInfo, bounds: PictureBounds): void {
  const { formats, minSide = 1, maxSide = Number.POSITIVE_INFINITY } = bounds;
  const { maxRatio = Number.POSITIVE_INFINITY } = bounds;
  const received = `${width}x${height}`;
  if (formats !== undefined && !formats.includes(format)) {
    throw new PictorError('IMAGE_FORMAT_UNSUPPORTED', { expected: formats.join(', '), received: format });
  }
  if (Math.min(width, height) < minSide) {
    const expected = `sides of at least ${minSide} pixels`;
    throw new PictorError('IMAGE_TOO_SMALL', { expected, received });
  }
  if (Math.max(width, height) > maxSide) {
    const expected = `sides of at most ${maxSide} pixels`;
    throw new PictorError('IMAGE_TOO_MANY_PIXELS', { expected, received });
  }
  if (Math.max(width, height) / Math.min(width, height) > maxRatio) {
    throw new PictorError('IMAGE_ASPECT_RATIO', { expected: `at most ${maxRatio} to 1`, received });
  }
}
