import * as z from 'zod';
import { PictorError } from '../../../../errors.ts';
import { VendorError } from '../../shared/vendor-error.ts';
import { readVendorPicture } from '../../shared/vendor-picture.ts';
import type { ProtocolContext } from '../../types.ts';

const MIB = 1024 * 1024;

const BOUNDS = { formats: ['jpeg', 'png'], maxBytes: 5 * MIB, minSide: 80, maxSide: 10_000 } as const;

/** Where the picture is. */
export const awsPicture = z.object({
  Image: z
    .object({ Bytes: z.string().nullish(), S3Object: z.record(z.string(), z.unknown()).nullish() })
    .nullish(),
});

/**
 * The picture of a request: JPEG or PNG, at most 5 MB, sides of 80 to 10 000 pixels.
 *
 * @throws IMAGE_MISSING, FEATURE_UNSUPPORTED for an object in S3, and what `readVendorPicture` throws
 */
export async function readAwsPicture(
  { Image: image }: z.output<typeof awsPicture>,
  context: ProtocolContext,
): Promise<Uint8Array> {
  if (image?.Bytes) {
    const { bytes } = await readVendorPicture({ kind: 'base64', text: image.Bytes }, BOUNDS, context);
    return bytes;
  }
  if (image?.S3Object) {
    throw new VendorError('FEATURE_UNSUPPORTED', 'InvalidS3ObjectException', {
      expected: '`Image.Bytes`: there is no S3 here',
      received: '`Image.S3Object`',
    });
  }
  throw new PictorError('IMAGE_MISSING', { expected: '`Image.Bytes`' });
}
