import type { SharpConstructor } from 'sharp';
import type { PictureHeader } from '../headers/types.ts';
import { isSrgbProfile } from '../icc/is-srgb.ts';
import type { DecodePixels } from './types.ts';

type SharpModule = SharpConstructor;

let loading: Promise<SharpModule> | undefined;

/** Loads sharp once, on first use: a cold start that never needs it does not pay for it. */
export function loadSharp(): Promise<SharpModule> {
  loading ??= import('sharp').then(({ default: sharp }) => {
    // Pictures come as bytes, each once: libvips would keep up to 50 MB of them for nothing.
    sharp.cache(false);
    // Other pictures want the other processors; threads of its own cost libvips 2 MB and 0.1 ms a picture.
    sharp.concurrency(1);
    return sharp;
  });
  return loading;
}

/** libvips through sharp. */
export async function loadSharpDecoder(): Promise<DecodePixels> {
  const sharp = await loadSharp();
  return async (bytes, header, limits) => {
    const input = sharp(bytes, {
      failOn: 'error',
      limitInputPixels: limits.maxPixels,
      pages: 1,
      ignoreIcc: isPlain(header),
    }).autoOrient();
    // Converting what is plain already costs as much as decoding it.
    const upright = isPlain(header)
      ? input
      : input.flatten({ background: '#ffffff' }).toColourspace('srgb').removeAlpha();
    const { data, info } = await upright.raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true });
    return { width: info.width, height: info.height, data };
  };
}

/** A JPEG that decodes to sRGB without a conversion of colours. */
function isPlain(header: PictureHeader): boolean {
  return (
    header.format === 'jpeg' &&
    header.components === 3 &&
    header.precision === 8 &&
    (header.profile === undefined || isSrgbProfile(header.profile))
  );
}
