import * as z from 'zod';
import { PictorError } from '../../../../errors.ts';
import type { PictureFormat } from '../../../../image/types.ts';
import { readVendorPicture } from '../../shared/vendor-picture.ts';
import type { ProtocolContext } from '../../types.ts';

/** Characters of base64, and the bytes that they hold. */
const MAX_TEXT = 4 * 1024 * 1024;
const MAX_BYTES = (MAX_TEXT / 4) * 3;

/** Where the picture is. The address wins where both are given. */
export const tiiaPicture = z.object({
  ImageUrl: z.string().nullish(),
  ImageBase64: z.string().nullish(),
});

/**
 * The picture of an image analysis request.
 *
 * @param formats that the action takes
 * @throws IMAGE_MISSING and what `readVendorPicture` throws
 */
export async function readTiiaPicture(
  { ImageUrl: url, ImageBase64: text }: z.output<typeof tiiaPicture>,
  formats: readonly PictureFormat[],
  context: ProtocolContext,
): Promise<Uint8Array> {
  if (!url && !text) throw new PictorError('IMAGE_MISSING', { expected: '`ImageBase64` or `ImageUrl`' });
  const picture = url ? ({ kind: 'url', url } as const) : ({ kind: 'base64', text: text ?? '' } as const);
  const bounds = { maxText: MAX_TEXT, maxBytes: MAX_BYTES, formats };
  return (await readVendorPicture(picture, bounds, context)).bytes;
}
