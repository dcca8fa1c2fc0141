import { type AnnotateOptions, type Annotation, annotate } from '../../image/draw/annotate.ts';
import { thumbnail } from '../../image/draw/thumbnail.ts';
import { type CropHint, cropHints } from '../../image/properties/crop-hints.ts';
import { type ImageProperties, imageProperties } from '../../image/properties/image-properties.ts';
import type { ImageLimits } from '../../image/types.ts';

/** Work on a whole picture that takes no model. */
export type PixelWork =
  | {
      readonly kind: 'annotate';
      readonly annotations: readonly Annotation[];
      readonly options: Pick<AnnotateOptions, 'format' | 'quality' | 'fonts'>;
    }
  | { readonly kind: 'thumbnail'; readonly side: number }
  | { readonly kind: 'properties'; readonly maxColors: number | undefined }
  | { readonly kind: 'crop-hints'; readonly aspectRatios: readonly number[] };

/** What becomes of it, by its kind. */
export type PixelResult =
  | { readonly kind: 'annotate'; readonly picture: Uint8Array }
  | { readonly kind: 'thumbnail'; readonly picture: Uint8Array }
  | { readonly kind: 'properties'; readonly properties: ImageProperties }
  | { readonly kind: 'crop-hints'; readonly hints: readonly CropHint[] };

/** @throws the codes of the function of that name */
export async function doPixelWork(
  bytes: Uint8Array,
  limits: Partial<ImageLimits>,
  work: PixelWork,
): Promise<PixelResult> {
  const { kind } = work;
  if (kind === 'annotate') {
    return { kind, picture: await annotate(bytes, work.annotations, { ...work.options, limits }) };
  }
  if (kind === 'thumbnail') return { kind, picture: await thumbnail(bytes, work.side) };
  if (kind === 'crop-hints') return { kind, hints: await cropHints(bytes, work.aspectRatios, { limits }) };
  const { maxColors } = work;
  return {
    kind,
    properties: await imageProperties(bytes, { limits, ...(maxColors !== undefined && { maxColors }) }),
  };
}
