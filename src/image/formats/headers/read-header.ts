import { PictorError } from '../../../errors.ts';
import type { PictureFormat } from '../../types.ts';
import { readBmpHeader } from '../bmp/header.ts';
import { loadSharp } from '../decoders/sharp.ts';
import { readJpegHeader } from './jpeg.ts';
import { readPngHeader } from './png.ts';
import type { OtherHeader, PictureHeader } from './types.ts';
import { readWebpHeader } from './webp.ts';

/**
 * Reads what the head of a picture says. Common formats are read here, so that they need neither sharp nor a thread;
 * the rest is left to sharp.
 *
 * @throws IMAGE_CORRUPT, IMAGE_FORMAT_UNSUPPORTED when the format needs sharp and sharp cannot be loaded
 */
export async function readHeader(bytes: Uint8Array, format: PictureFormat): Promise<PictureHeader> {
  const header = await readByFormat(bytes, format);
  if (header) return header;
  throw new PictorError('IMAGE_CORRUPT', { expected: `a whole ${format.toUpperCase()} head` });
}

async function readByFormat(bytes: Uint8Array, format: PictureFormat): Promise<PictureHeader | undefined> {
  switch (format) {
    case 'jpeg':
      return readJpegHeader(bytes);
    case 'png':
      return readPngHeader(bytes);
    case 'webp':
      return readWebpHeader(bytes);
    case 'bmp': {
      const header = readBmpHeader(bytes);
      return header && { format, width: header.width, height: header.height, orientation: 1 };
    }
    default:
      return readWithSharp(bytes, format);
  }
}

async function readWithSharp(bytes: Uint8Array, format: OtherHeader['format']): Promise<OtherHeader> {
  const sharp = await loadSharp().catch((cause: unknown) => {
    throw needsSharp(format, cause);
  });
  try {
    const { autoOrient } = await sharp(bytes, { limitInputPixels: false }).metadata();
    // Already turned: sharp decodes these formats, and turns them itself.
    return { format, ...autoOrient, orientation: 1 };
  } catch (cause) {
    throw new PictorError('IMAGE_CORRUPT', { cause });
  }
}

/** The error for a format that only a missing or unfitting sharp could decode. */
export function needsSharp(format: PictureFormat, cause?: unknown): PictorError {
  return new PictorError('IMAGE_FORMAT_UNSUPPORTED', {
    expected: 'a plain JPEG, PNG, WebP or BMP where sharp cannot be loaded',
    received: format.toUpperCase(),
    fix: 'Install sharp for this platform, or convert the picture',
    cause,
  });
}
