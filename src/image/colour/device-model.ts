import { type Curve, readCurve } from './curves.ts';
import { fixed16, type IccProfile, signature } from './profile.ts';
import type { Colorants, Triple } from './srgb.ts';

/** Three curves and a matrix (ICC.1:2022, annex F.3). */
export interface RgbModel {
  readonly kind: 'rgb';
  /** Of red, green and blue, to linear. */
  readonly curves: readonly [Curve, Curve, Curve];
  /** XYZ of full red, green and blue, relative to the white of the connection space (D50). */
  readonly colorants: Colorants;
}

/** One curve (ICC.1:2022, annex F.2). */
export interface GreyModel {
  readonly kind: 'grey';
  /** To linear light, of which 1 is white. */
  readonly curve: Curve;
}

export type DeviceModel = RgbModel | GreyModel;

/** Devices of which 8.3 to 8.6 allow these models. */
const DEVICE_CLASSES = ['scnr', 'mntr', 'prtr', 'spac'];

/** Tables, which take precedence over curves and colorants and may say anything (8.10.2). */
const TABLES = /^[AD]2B[0-3]$/;

/**
 * The model of a profile that has no tables.
 *
 * @returns undefined for a profile of another make, and for one that lacks something
 */
export function readDeviceModel(profile: IccProfile): DeviceModel | undefined {
  const { tags, colourSpace } = profile;
  if (profile.connectionSpace !== 'XYZ ' || !DEVICE_CLASSES.includes(profile.deviceClass)) return undefined;
  if ([...tags.keys()].some((name) => TABLES.test(name))) return undefined;
  if (colourSpace === 'GRAY') {
    const curve = readCurve(tags.get('kTRC'));
    return curve && { kind: 'grey', curve };
  }
  if (colourSpace !== 'RGB ') return undefined;
  const curves = [
    readCurve(tags.get('rTRC')),
    readCurve(tags.get('gTRC')),
    readCurve(tags.get('bTRC')),
  ] as const;
  const colorants = [
    readXyz(tags.get('rXYZ')),
    readXyz(tags.get('gXYZ')),
    readXyz(tags.get('bXYZ')),
  ] as const;
  return isWhole(curves) && isWhole(colorants) ? { kind: 'rgb', curves, colorants } : undefined;
}

function isWhole<T>(
  three: readonly [T | undefined, T | undefined, T | undefined],
): three is readonly [T, T, T] {
  return three.every((one) => one !== undefined);
}

/** An XYZType of one colour (ICC.1:2022, 10.31). */
function readXyz(tag: DataView | undefined): Triple | undefined {
  if (tag === undefined || tag.byteLength < 20 || signature(tag, 0) !== 'XYZ ') return undefined;
  return [fixed16(tag, 8), fixed16(tag, 12), fixed16(tag, 16)];
}
