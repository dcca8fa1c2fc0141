import { PictorError } from '../../../errors.ts';
import type { PictureFormat } from '../../types.ts';
import { readBmpHeader } from '../bmp/header.ts';
import { readAvifHeader } from './avif.ts';
import { readGifHeader } from './gif.ts';
import { readJpegHeader } from './jpeg.ts';
import { readPngHeader } from './png.ts';
import { readTiffHeader } from './tiff.ts';
import type { PictureHeader } from './types.ts';
import { readWebpHeader } from './webp.ts';

/**
 * Reads what the head of a picture says, without a library or a thread: in time linear in the file, and bounded by the
 * number of parts that a real file may have.
 *
 * @throws IMAGE_CORRUPT, IMAGE_TOO_COMPLEX
 */
export function readHeader(bytes: Uint8Array, format: PictureFormat): PictureHeader {
  const header = READERS[format](bytes);
  if (header) return header;
  throw new PictorError('IMAGE_CORRUPT', { expected: `a whole ${format.toUpperCase()} head` });
}

const READERS: Readonly<Record<PictureFormat, (bytes: Uint8Array) => PictureHeader | undefined>> = {
  jpeg: readJpegHeader,
  png: readPngHeader,
  webp: readWebpHeader,
  gif: readGifHeader,
  tiff: readTiffHeader,
  avif: readAvifHeader,
  bmp(bytes) {
    const header = readBmpHeader(bytes);
    return header && { format: 'bmp', width: header.width, height: header.height, orientation: 1 };
  },
};

/** The error for a format that only a missing or unfitting sharp could decode. */
export function needsSharp(format: PictureFormat, cause?: unknown): PictorError {
  return new PictorError('IMAGE_FORMAT_UNSUPPORTED', {
    expected: 'a plain JPEG, PNG, WebP or BMP where sharp cannot be loaded',
    received: format.toUpperCase(),
    fix: 'Install sharp for this platform, or convert the picture',
    cause,
  });
}
