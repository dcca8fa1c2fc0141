import * as z from 'zod';
import { PictorError } from '../../../errors.ts';

/** The vendor's limit. */
const MAX_PICTURES = 16;

/** What can be asked of a picture, by the vendor's numbers. */
const FEATURES = [
  'TYPE_UNSPECIFIED',
  'FACE_DETECTION',
  'LANDMARK_DETECTION',
  'LOGO_DETECTION',
  'LABEL_DETECTION',
  'TEXT_DETECTION',
  'SAFE_SEARCH_DETECTION',
  'IMAGE_PROPERTIES',
  undefined,
  'CROP_HINTS',
  'WEB_DETECTION',
  'DOCUMENT_TEXT_DETECTION',
  'PRODUCT_SEARCH',
  ...Array.from({ length: 6 }, () => undefined),
  'OBJECT_LOCALIZATION',
];

const feature = z.object({
  type: z
    .union([z.int().transform((number) => FEATURES[number] ?? String(number)), z.string()])
    .nullish()
    .transform((type) => type ?? 'TYPE_UNSPECIFIED'),
  maxResults: z.int().nullish(),
});

const pictureRequest = z.object({
  image: z
    .object({
      content: z.string().nullish(),
      source: z.object({ imageUri: z.string().nullish(), gcsImageUri: z.string().nullish() }).nullish(),
    })
    .nullish(),
  features: z.array(feature).nullish(),
  imageContext: z
    .object({
      cropHintsParams: z.object({ aspectRatios: z.array(z.number().positive()).max(16).nullish() }).nullish(),
    })
    .nullish(),
});

/** The body of `images:annotate`. */
export const annotateParameters = z.object({ requests: z.array(pictureRequest).nullish() });

export type PictureRequest = z.output<typeof pictureRequest>;
export type FeatureRequest = z.output<typeof feature>;

/**
 * Checks what concerns the batch as a whole.
 *
 * @throws OPTION_INVALID for too many pictures, IMAGE_MISSING for a picture or features that are not there
 */
export function checkBatch(requests: readonly PictureRequest[]): void {
  if (requests.length > MAX_PICTURES) {
    throw new PictorError('OPTION_INVALID', {
      expected: `at most ${MAX_PICTURES} pictures in a request`,
      received: String(requests.length),
    });
  }
  for (const { image, features } of requests) {
    const { content, source } = image ?? {};
    if (!features?.length || !(content || source?.imageUri || source?.gcsImageUri)) {
      throw new PictorError('IMAGE_MISSING', { expected: '`image` and `features` in every request' });
    }
  }
}
