import { PictorError } from '../../../errors.ts';

/**
 * What a file may have many of, so that a small file cannot ask for hours: what real files have, and a good deal more.
 * Encoders write up to a dozen scans and a few dozen segments; films of thousands of frames are no pictures.
 */
export const MAX_SCANS = 64;
export const MAX_SEGMENTS = 4_096;
export const MAX_FRAMES = 4_096;
export const MAX_DIRECTORIES = 256;

/** The error for a file that has more of something than is looked at. @param what in the plural */
export function tooMany(what: string, most: number): PictorError {
  return new PictorError('IMAGE_TOO_COMPLEX', {
    expected: `at most ${most} ${what}`,
    received: 'more',
    fix: 'Save the picture again with another program',
  });
}
