import sharp from 'sharp';
import { PictorError } from '../errors.ts';
import { bounded, throwIfAborted } from './bounded.ts';
import { inspectPicture } from './inspect.ts';
import { type ImageOptions, resolveLimits } from './limits.ts';
import type { Picture } from './types.ts';

export async function decodePicture(bytes: Uint8Array, options: ImageOptions = {}): Promise<Picture> {
  const limits = resolveLimits(options.limits);
  throwIfAborted(options.signal);
  const info = await inspectPicture(bytes, options);
  const work = sharp(bytes, {
    failOn: 'error',
    limitInputPixels: limits.maxPixels,
    pages: 1,
    autoOrient: true,
  })
    .flatten({ background: '#ffffff' })
    .toColourspace('srgb')
    .removeAlpha()
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  const { data, info: raw } = await bounded(work, {
    signal: options.signal,
    timeoutMs: limits.timeoutMs,
    onTimeout: () => new PictorError('IMAGE_DECODE_TIMEOUT', { expected: `at most ${limits.timeoutMs} ms` }),
  }).catch((cause: unknown) => {
    throw cause instanceof PictorError ? cause : new PictorError('IMAGE_CORRUPT', { cause });
  });
  return { ...info, width: raw.width, height: raw.height, data };
}
