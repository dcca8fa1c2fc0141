import type { Feature } from './types.ts';

/** IMAGE_PROPERTIES: colours by the share of the picture that they cover. A colour has no score. */
export const imagePropertiesFeature: Feature = async ({ bytes, context }, maxResults = 10) => {
  const { signal, limits } = context;
  const options = { maxColors: Math.min(maxResults, 20), signal, limits: limits.image };
  const { dominantColors } = await context.pixels.imageProperties(bytes, options);
  const colors = dominantColors.map(({ red, green, blue, share }) => ({
    color: { red, green, blue },
    pixelFraction: share,
  }));
  return { imagePropertiesAnnotation: { dominantColors: { colors } } };
};
