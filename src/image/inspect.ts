import { PictorError } from '../errors.ts';
import { swapsSides } from './formats/headers/exif.ts';
import { readHeader } from './formats/headers/read-header.ts';
import type { PictureHeader } from './formats/headers/types.ts';
import { otherContent } from './formats/other-content.ts';
import { sniffFormat } from './formats/sniff.ts';
import { checkBytes, checkHiddenPixels, checkSize, type ImageOptions, resolveLimits } from './limits.ts';
import type { PictureInfo } from './types.ts';

/**
 * Tells format and size of a picture from its head and checks them against the limits; no pixel is decoded.
 *
 * @param bytes the whole picture
 * @param options limits: see `DEFAULT_IMAGE_LIMITS`
 * @throws IMAGE_EMPTY, IMAGE_TOO_LARGE, IMAGE_FORMAT_UNSUPPORTED, IMAGE_CORRUPT, IMAGE_TOO_COMPLEX, IMAGE_TOO_SMALL,
 *   IMAGE_TOO_MANY_PIXELS
 * @example
 * const { format, width, height } = await inspectPicture(bytes);
 */
export async function inspectPicture(bytes: Uint8Array, options: ImageOptions = {}): Promise<PictureInfo> {
  return (await inspectHeader(bytes, options)).info;
}

/** What is known of a picture before it is decoded. */
export interface Inspected {
  readonly info: PictureInfo;
  readonly header: PictureHeader;
}

/** The same, with what a decoder needs to know. */
export async function inspectHeader(bytes: Uint8Array, options: ImageOptions = {}): Promise<Inspected> {
  const limits = resolveLimits(options.limits);
  checkBytes(bytes.byteLength, limits);
  const format = sniffFormat(bytes);
  if (format === undefined) {
    const received = otherContent(bytes);
    throw new PictorError('IMAGE_FORMAT_UNSUPPORTED', {
      expected: 'JPEG, PNG, WebP, GIF, TIFF, AVIF or BMP',
      ...(received !== undefined && { received }),
    });
  }
  const header = readHeader(bytes, format);
  checkSize(header.width, header.height, limits);
  checkHiddenPixels(header, limits);
  const swap = swapsSides(header.orientation);
  const info = {
    format,
    width: swap ? header.height : header.width,
    height: swap ? header.width : header.height,
    bytes: bytes.byteLength,
    ...((header.frames ?? 1) > 1 && { frames: { count: header.frames ?? 1, read: 1 } }),
  };
  return { info, header };
}
