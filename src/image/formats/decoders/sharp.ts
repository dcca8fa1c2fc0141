import type { ResizeOptions, SharpConstructor } from 'sharp';
import { isConvertible, toSrgb } from '../../colour/to-srgb.ts';
import { orient } from '../../orient.ts';
import type { Shrink } from '../../resize/reduction.ts';
import type { PictureHeader } from '../headers/types.ts';
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

/**
 * libvips through sharp. Smaller pixels come from libjpeg's and libwebp's scaled decoding; of other formats libvips
 * averages rows as they are decoded, and never holds the whole picture where the format can be read in order.
 */
export async function loadSharpDecoder(): Promise<DecodePixels> {
  const sharp = await loadSharp();
  return async (bytes, header, { limits, shrink, frame }) => {
    const plain = isPlain(header);
    const input = sharp(bytes, {
      failOn: 'error',
      limitInputPixels: limits.maxPixels,
      pages: 1,
      ...(frame > 0 && { page: frame }),
      ignoreIcc: plain,
    });
    // sharp does not use scaled decoding for what it turns: small pixels are turned here.
    if (shrink === 1) input.autoOrient();
    else input.resize(reduced(header, shrink));
    // libvips' conversion of what is plain costs more than decoding it.
    const upright = plain
      ? input.toColourspace('srgb')
      : input.flatten({ background: '#ffffff' }).toColourspace('srgb').removeAlpha();
    const { data, info } = await upright.raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true });
    const pixels = { width: info.width, height: info.height, data };
    if (plain) toSrgb(pixels, header);
    return shrink === 1 ? pixels : orient(pixels, header.orientation);
  };
}

function reduced({ width, height }: PictureHeader, shrink: Shrink): ResizeOptions {
  return {
    width: Math.ceil(width / shrink),
    height: Math.ceil(height / shrink),
    fit: 'fill',
    kernel: 'linear',
    fastShrinkOnLoad: true,
  };
}

/** A JPEG that decodes to grey or RGB, of which libvips need not convert the colours. */
function isPlain(header: PictureHeader): boolean {
  return (
    header.format === 'jpeg' &&
    (header.components === 1 || header.components === 3) &&
    header.precision === 8 &&
    isConvertible(header)
  );
}
