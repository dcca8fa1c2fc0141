/** Red, green and blue, or X, Y and Z. */
export type Triple = readonly [number, number, number];

/** XYZ of a device's full red, green and blue. */
export type Colorants = readonly [Triple, Triple, Triple];

/**
 * Colorants of sRGB as ICC profiles state them: XYZ under D50, adapted with Bradford's matrix (IEC 61966-2-1, annex F).
 * These are the digits of libvips' built-in profile, so that both convert with the same matrix.
 */
export const SRGB_COLORANTS = {
  rXYZ: [28576 / 65536, 14578 / 65536, 911 / 65536],
  gXYZ: [25238 / 65536, 46985 / 65536, 6362 / 65536],
  bXYZ: [9376 / 65536, 3973 / 65536, 46788 / 65536],
} as const satisfies Readonly<Record<string, Triple>>;

const { rXYZ, gXYZ, bXYZ } = SRGB_COLORANTS;

/** Rows of the inverse of the colorants' matrix, by Cramer's rule. */
const TO_RED = cross(gXYZ, bXYZ);
const TO_GREEN = cross(bXYZ, rXYZ);
const TO_BLUE = cross(rXYZ, gXYZ);
const DETERMINANT = dot(TO_RED, rXYZ);

/** XYZ under D50 as linear sRGB, not clipped. */
export function linearSrgb(xyz: Triple): Triple {
  return [dot(TO_RED, xyz) / DETERMINANT, dot(TO_GREEN, xyz) / DETERMINANT, dot(TO_BLUE, xyz) / DETERMINANT];
}

/** Parameters of sRGB's curve (ICC.1:2022, 10.18, function type 3), again with the digits of libvips' profile. */
const G = 157289 / 65536;
const A = 62119 / 65536;
const B = 3417 / 65536;
const C = 5072 / 65536;
const D = 2651 / 65536;

/** Linear, where the curve leaves its straight part. */
const KNEE = (A * D + B) ** G;

/** The curve of sRGB: encoded to linear, both 0..1. */
export function decodeSrgb(encoded: number): number {
  return encoded < D ? C * encoded : (A * encoded + B) ** G;
}

/** Its inverse, the encoding of sRGB (IEC 61966-2-1): linear to encoded, both 0..1. */
export function encodeSrgb(linear: number): number {
  return linear < KNEE ? linear / C : (linear ** (1 / G) - B) / A;
}

function cross(a: Triple, b: Triple): Triple {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

function dot(a: Triple, b: Triple): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}
