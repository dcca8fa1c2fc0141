import { withoutBlack } from './black-point.ts';
import { channelConverter, matrixConverter, type SrgbConverter, UNCHANGED } from './conversions.ts';
import { readDeviceModel } from './device-model.ts';
import { isSrgb } from './is-srgb.ts';
import { readProfile } from './profile.ts';

export type { SrgbConverter } from './conversions.ts';

/** Profiles that are remembered: pictures from one source tend to have the same one. */
const REMEMBERED = 8;

/** Larger profiles are not remembered; those without tables have 0.5 to 4 KB, seldom more. */
const MAX_REMEMBERED_BYTES = 64 * 1024;

/** How many components the pictures of a colour space have: those that JPEGs come with. */
const COMPONENTS: Readonly<Record<string, number>> = { GRAY: 1, 'RGB ': 3, CMYK: 4 };

interface Known {
  readonly profile: Uint8Array;
  readonly components: number;
  readonly converter: SrgbConverter | undefined;
}

/** The last used first. */
const remembered: Known[] = [];

/**
 * What brings a picture with an ICC profile to sRGB: relative colorimetric, with black point compensation, which is what
 * lcms does between such profiles for the perceptual intent. Profiles are remembered, so asking again costs little.
 *
 * @param profile a whole ICC profile, untrusted
 * @param components of the picture: 1 (grey) or 3 (RGB)
 * @returns undefined unless the profile is three curves and a matrix to XYZ, or one curve of grey; what converts nothing
 *   when it is sRGB, or belongs to pictures of another kind
 * @see ICC.1:2022, annex F, and ISO 18619 (black point compensation)
 */
export function srgbConverter(profile: Uint8Array, components: number): SrgbConverter | undefined {
  const at = remembered.findIndex(
    (known) =>
      known.components === components &&
      known.profile.length === profile.length &&
      Buffer.compare(known.profile, profile) === 0,
  );
  const [found] = at < 0 ? [] : remembered.splice(at, 1);
  const known = found ?? { profile, components, converter: createConverter(profile, components) };
  if (profile.length <= MAX_REMEMBERED_BYTES) {
    // A copy: the caller's bytes may be part of a larger buffer, and may change.
    remembered.unshift(found ?? { ...known, profile: new Uint8Array(profile) });
    remembered.length = Math.min(remembered.length, REMEMBERED);
  }
  return known.converter;
}

function createConverter(profile: Uint8Array, components: number): SrgbConverter | undefined {
  const read = readProfile(profile);
  if (read === undefined || (components !== 1 && components !== 3)) return undefined;
  // libvips, too, ignores a profile that is not for such a picture.
  if ((COMPONENTS[read.colourSpace] ?? components) !== components) return UNCHANGED;
  const found = readDeviceModel(read);
  if (found === undefined) return undefined;
  if (isSrgb(found)) return UNCHANGED;
  const model = withoutBlack(found);
  if (model.kind === 'grey') return channelConverter([model.curve, model.curve, model.curve]);
  return matrixConverter(model.curves, model.colorants);
}

/** Whether a converter leaves every colour as it is. */
export function isUnchanged(converter: SrgbConverter): boolean {
  return converter === UNCHANGED;
}
