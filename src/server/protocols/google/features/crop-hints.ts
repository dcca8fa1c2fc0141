import { PictorError } from '../../../../errors.ts';
import type { Feature } from './types.ts';

/** CROP_HINTS: one for each aspect ratio that was asked for. Nothing says how sure a crop is. */
export const cropHintsFeature: Feature = async ({ bytes, aspectRatios, context }) => {
  if (aspectRatios.length === 0) {
    throw new PictorError('FEATURE_UNSUPPORTED', {
      expected: '`imageContext.cropHintsParams.aspectRatios`',
      received: 'CROP_HINTS without them',
    });
  }
  const { signal, limits } = context;
  const options = { signal, limits: limits.image };
  const hints = await context.pixels.cropHints(bytes, aspectRatios, options);
  return {
    cropHintsAnnotation: {
      cropHints: hints.map(({ x, y, width, height }) => ({
        boundingPoly: {
          vertices: [
            { x, y },
            { x: x + width, y },
            { x: x + width, y: y + height },
            { x, y: y + height },
          ],
        },
      })),
    },
  };
};
