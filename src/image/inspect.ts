import sharp from 'sharp';
import { PictorError } from '../errors.ts';
import { checkBytes, checkSize, type ImageOptions, resolveLimits } from './limits.ts';
import { sniffFormat } from './sniff.ts';
import type { PictureInfo } from './types.ts';

export async function inspectPicture(bytes: Uint8Array, options: ImageOptions = {}): Promise<PictureInfo> {
  const limits = resolveLimits(options.limits);
  checkBytes(bytes.byteLength, limits);
  const format = sniffFormat(bytes);
  if (format === undefined) {
    throw new PictorError('IMAGE_FORMAT_UNSUPPORTED', {
      expected: 'JPEG, PNG, WebP, GIF, TIFF, AVIF or BMP',
    });
  }
  const meta = await sharp(bytes, { limitInputPixels: false })
    .metadata()
    .catch((cause: unknown) => {
      throw new PictorError('IMAGE_CORRUPT', { cause });
    });
  const { width, height } = meta.autoOrient;
  checkSize(width, height, limits);
  return { format, width, height, bytes: bytes.byteLength };
}
