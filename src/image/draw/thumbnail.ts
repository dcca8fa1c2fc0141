import { loadSharp } from '../formats/decoders/sharp.ts';

/**
 * A small, upright version of a picture, transparent parts on white.
 *
 * @param bytes the picture
 * @param side longest side of the result, pixels; smaller pictures stay as they are
 * @returns JPEG
 * @throws what the decoder throws
 */
export async function thumbnail(bytes: Uint8Array, side: number): Promise<Uint8Array> {
  const sharp = await loadSharp();
  return sharp(bytes, { pages: 1 })
    .autoOrient()
    .flatten({ background: '#ffffff' })
    .resize(side, side, { fit: 'inside', withoutEnlargement: true })
    .jpeg({ quality: 70 })
    .toBuffer();
}
