import { PictorError } from '../errors.ts';

/** Most frames of one picture that a call may ask for. */
export const MAX_FRAMES_READ = 1000;

/** @throws OPTION_INVALID */
export function checkFrames(frames: number | undefined): void {
  if (frames === undefined) return;
  if (Number.isInteger(frames) && frames >= 1 && frames <= MAX_FRAMES_READ) return;
  throw new PictorError('OPTION_INVALID', {
    expected: `frames to be a whole number from 1 to ${MAX_FRAMES_READ}`,
    received: String(frames),
  });
}
