import { parseS3 } from '../place/s3-place.ts';

const SIDE = 176;

/**
 * A small JPEG of a picture on this machine.
 *
 * @returns undefined for what lies elsewhere, or cannot be read any more
 */
export async function thumbnail(uri: string): Promise<string | undefined> {
  if (parseS3(uri) !== undefined || /^https?:/i.test(uri)) return undefined;
  const { default: sharp } = await import('sharp');
  try {
    const jpeg = await sharp(uri)
      .rotate()
      .resize(SIDE, SIDE, { fit: 'inside' })
      .flatten({ background: 'white' })
      .jpeg({ quality: 70 })
      .toBuffer();
    return `data:image/jpeg;base64,${jpeg.toString('base64')}`;
  } catch {
    return undefined;
  }
}
