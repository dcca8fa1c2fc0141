import type { AnnotateOptions, Annotation } from '../image/draw/annotate.ts';
import type { ImageOptions } from '../image/limits.ts';
import type { CropHint } from '../image/properties/crop-hints.ts';
import type { ImageProperties } from '../image/properties/image-properties.ts';

/** What is done to whole pictures without a model, away from the thread that serves. */
export interface Pixels {
  /** Draws boxes and labels: see `annotate`. */
  annotate(
    bytes: Uint8Array,
    annotations: readonly Annotation[],
    options?: ImageOptions & Pick<AnnotateOptions, 'format' | 'quality' | 'fonts'>,
  ): Promise<Uint8Array>;
  /** A small version as JPEG: see `thumbnail`. */
  thumbnail(bytes: Uint8Array, side: number, options?: ImageOptions): Promise<Uint8Array>;
  /** Colours, brightness, contrast and sharpness: see `imageProperties`. */
  imageProperties(
    bytes: Uint8Array,
    options?: ImageOptions & { readonly maxColors?: number },
  ): Promise<ImageProperties>;
  /** The best cut of each shape: see `cropHints`. */
  cropHints(
    bytes: Uint8Array,
    aspectRatios: readonly number[],
    options?: ImageOptions,
  ): Promise<readonly CropHint[]>;
}
