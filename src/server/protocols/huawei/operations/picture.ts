import * as z from 'zod';
import { PictorError } from '../../../../errors.ts';
import { type PictureBounds, type ReadPicture, readVendorPicture } from '../../shared/vendor-picture.ts';
import type { ProtocolContext } from '../../types.ts';

/** Characters of base64, and the bytes that they hold. */
const MAX_TEXT = 10 * 1024 * 1024;
const MAX_BYTES = (MAX_TEXT / 4) * 3;

/** Where the picture is: one of the two. The picture itself wins where both are given. */
export const huaweiPicture = z.object({ image: z.string().nullish(), url: z.string().nullish() });

/**
 * The picture of a request, of at most 10 MB of base64 or the bytes that this holds.
 *
 * @param bounds of the operation
 * @throws IMAGE_MISSING and what `readVendorPicture` throws
 */
export async function readHuaweiPicture(
  { image: text, url }: z.output<typeof huaweiPicture>,
  bounds: PictureBounds,
  context: ProtocolContext,
): Promise<ReadPicture> {
  const all = { maxText: MAX_TEXT, maxBytes: MAX_BYTES, ...bounds };
  if (text) return readVendorPicture({ kind: 'base64', text }, all, context);
  if (url) return readVendorPicture({ kind: 'url', url }, all, context);
  throw new PictorError('IMAGE_MISSING', { expected: '`image` or `url`' });
}
