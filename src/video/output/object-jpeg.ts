import type { Pixels } from '../../image/types.ts';
import type { Box } from '../../tasks/types.ts';

/**
 * A small picture of what is in a box.
 *
 * @param side of the square that it is fitted into, pixels
 * @returns JPEG
 */
export async function objectJpeg(
  { width, height, data }: Pixels,
  box: Box,
  side: number,
): Promise<Uint8Array> {
  const { default: sharp } = await import('sharp');
  const left = Math.max(0, Math.min(width - 1, Math.floor(box.x)));
  const top = Math.max(0, Math.min(height - 1, Math.floor(box.y)));
  const area = {
    left,
    top,
    width: Math.max(1, Math.min(width - left, Math.ceil(box.width))),
    height: Math.max(1, Math.min(height - top, Math.ceil(box.height))),
  };
  return sharp(data, { raw: { width, height, channels: 3 } })
    .extract(area)
    .resize(side, side, { fit: 'contain', background: '#fff' })
    .jpeg({ quality: 75 })
    .toBuffer();
}
