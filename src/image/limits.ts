import { PictorError } from '../errors.ts';
import type { PictureHeader } from './formats/headers/types.ts';
import { DEFAULT_IMAGE_LIMITS, type ImageLimits, type PictureInfo } from './types.ts';

/** Options that every step on a picture takes. */
export interface ImageOptions {
  /** Bounds; what is absent comes from `DEFAULT_IMAGE_LIMITS`. */
  readonly limits?: Partial<ImageLimits>;
  readonly signal?: AbortSignal;
}

/**
 * Fills in the defaults and refuses limits that cannot be meant.
 *
 * @param limits the bounds that differ from `DEFAULT_IMAGE_LIMITS`
 * @throws OPTION_INVALID when a bound is not a positive number
 */
export function resolveLimits(limits: Partial<ImageLimits> = {}): ImageLimits {
  const resolved = {
    maxBytes: limits.maxBytes ?? DEFAULT_IMAGE_LIMITS.maxBytes,
    maxPixels: limits.maxPixels ?? DEFAULT_IMAGE_LIMITS.maxPixels,
    minSide: limits.minSide ?? DEFAULT_IMAGE_LIMITS.minSide,
    timeoutMs: limits.timeoutMs ?? DEFAULT_IMAGE_LIMITS.timeoutMs,
  };
  for (const [name, value] of Object.entries(resolved)) {
    if (!(typeof value === 'number' && value > 0)) {
      throw new PictorError('OPTION_INVALID', {
        expected: `a positive number for limits.${name}`,
        received: String(value),
        fix: 'Give a positive number or leave the limit out',
      });
    }
  }
  return resolved;
}

/** @throws IMAGE_EMPTY, IMAGE_TOO_LARGE */
export function checkBytes(bytes: number, limits: ImageLimits): void {
  if (bytes === 0) {
    throw new PictorError('IMAGE_EMPTY', {
      expected: 'the bytes of a picture',
      received: 'nothing',
      fix: 'Send the whole file',
    });
  }
  if (bytes > limits.maxBytes) throw tooLarge(limits, formatBytes(bytes));
}

/** The error for a source that has more bytes than allowed; `received` is a phrase such as `31.2 MB`. */
export function tooLarge(limits: ImageLimits, received: string): PictorError {
  return new PictorError('IMAGE_TOO_LARGE', {
    expected: `at most ${formatBytes(limits.maxBytes)}`,
    received,
    fix: 'Shrink the picture or raise `limits.maxBytes`',
  });
}

/**
 * Longest side of a picture, pixels, whatever the limits: that of a JPEG. A line of 50 million pixels has no more of them
 * than a photograph, and would cost far more to resize.
 */
const MAX_SIDE = 65_535;

/** @throws IMAGE_TOO_SMALL, IMAGE_TOO_MANY_PIXELS */
export function checkSize(width: number, height: number, limits: ImageLimits): void {
  if (Math.max(width, height) > MAX_SIDE) {
    throw new PictorError('IMAGE_TOO_MANY_PIXELS', {
      expected: `sides of at most ${MAX_SIDE} pixels`,
      received: `${width}x${height}`,
      fix: 'Shrink or cut the picture',
    });
  }
  if (width * height > limits.maxPixels) {
    throw new PictorError('IMAGE_TOO_MANY_PIXELS', {
      expected: `at most ${limits.maxPixels} pixels`,
      received: `${width}x${height}`,
      fix: 'Shrink the picture or raise `limits.maxPixels`',
    });
  }
  if (Math.min(width, height) < limits.minSide) {
    throw new PictorError('IMAGE_TOO_SMALL', {
      expected: `sides of at least ${limits.minSide} pixels`,
      received: `${width}x${height}`,
      fix: 'Send a larger picture',
    });
  }
}

/**
 * Tiles and parts of a picture may be larger than the picture itself, and are decoded whole.
 *
 * @throws IMAGE_TOO_MANY_PIXELS
 */
export function checkHiddenPixels(header: PictureHeader, limits: ImageLimits): void {
  const hidden =
    header.format === 'tiff' ? header.tilePixels : header.format === 'avif' ? header.codedPixels : 0;
  if (hidden <= limits.maxPixels) return;
  throw new PictorError('IMAGE_TOO_MANY_PIXELS', {
    expected: `at most ${limits.maxPixels} pixels`,
    received: `parts of ${hidden} pixels in a picture of ${header.width}x${header.height}`,
    fix: 'Save the picture again with another program',
  });
}

/**
 * Some formats take many times the memory of others for the same pixels.
 *
 * @param cost bytes that decoding the picture may take
 * @param most bytes that all pictures in progress may take together
 * @throws IMAGE_TOO_MANY_PIXELS
 */
export function checkMemory({ format, width, height }: PictureInfo, cost: number, most: number): void {
  if (cost <= most) return;
  throw new PictorError('IMAGE_TOO_MANY_PIXELS', {
    expected: `a picture that takes at most ${formatBytes(most)} to decode here`,
    received: `${width}x${height} as ${format.toUpperCase()}, which takes ${formatBytes(cost)}`,
    fix: 'Shrink the picture, send it as a plain JPEG, or give the service more memory',
  });
}

/** Bytes as a person reads them. */
export function formatBytes(bytes: number): string {
  if (bytes >= 1024 * 1024) return `${(bytes / (1024 * 1024)).toFixed(1)} MiB`;
  return bytes >= 1024 ? `${(bytes / 1024).toFixed(1)} KiB` : `${bytes} bytes`;
}
