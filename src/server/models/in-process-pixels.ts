import type { Pixels } from '../../engine/pixels.ts';

/**
 * Work on whole pictures in this process: where there is no engine of worker processes, as in a function that answers one
 * request at a time. Loaded on first use.
 */
export const IN_PROCESS: Pixels = {
  async annotate(...input) {
    const { annotate } = await import('../../image/draw/annotate.ts');
    return annotate(...input);
  },
  async thumbnail(bytes, side) {
    const { thumbnail } = await import('../../image/draw/thumbnail.ts');
    return thumbnail(bytes, side);
  },
  async imageProperties(...input) {
    const { imageProperties } = await import('../../image/properties/image-properties.ts');
    return imageProperties(...input);
  },
  async cropHints(...input) {
    const { cropHints } = await import('../../image/properties/crop-hints.ts');
    return cropHints(...input);
  },
};
