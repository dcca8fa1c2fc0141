import type { PictureHeader } from '../formats/headers/types.ts';
import type { Pixels } from '../types.ts';
import { srgbConverter } from './srgb-converter.ts';

/** Whether {@link toSrgb} can do all that a picture's profile asks for; true without one. */
export function isConvertible(header: PictureHeader): boolean {
  if (header.format !== 'jpeg' || header.profile === undefined) return true;
  return srgbConverter(header.profile, header.components) !== undefined;
}

/** Brings decoded pixels to sRGB, in place; those of a profile that is not understood stay as they are. */
export function toSrgb({ data, width, height }: Pixels, header: PictureHeader): void {
  if (header.format !== 'jpeg' || header.profile === undefined) return;
  srgbConverter(header.profile, header.components)?.convert(data, width * height);
}
