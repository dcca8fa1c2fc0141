import type { DeviceModel } from './device-model.ts';
import { encodeSrgb, SRGB_COLORANTS } from './srgb.ts';

/** Profiles differ in the fourth digit by how they rounded and adapted. */
const COLORANT_TOLERANCE = 0.002;

/** In units of the encoded value, 0..1: one level of 255. */
const CURVE_TOLERANCE = 1.1 / 255;

/**
 * Whether a profile's model is sRGB, so that converting to sRGB would change nothing but rounding. Decided by its numbers,
 * not by the profile's name: names lie.
 */
export function isSrgb(model: DeviceModel): boolean {
  if (model.kind !== 'rgb') return false;
  const fits = COLORANTS.every((wanted, i) =>
    wanted.every((value, k) => Math.abs((model.colorants[i]?.[k] ?? 0) - value) <= COLORANT_TOLERANCE),
  );
  return fits && model.curves.every(isSrgbCurve);
}

const COLORANTS = [SRGB_COLORANTS.rXYZ, SRGB_COLORANTS.gXYZ, SRGB_COLORANTS.bXYZ];

function isSrgbCurve(curve: (encoded: number) => number): boolean {
  for (let level = 0; level <= 255; level += 5) {
    if (Math.abs(encodeSrgb(curve(level / 255)) - level / 255) > CURVE_TOLERANCE) return false;
  }
  return true;
}
