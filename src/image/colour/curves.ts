import { fixed16, signature } from './profile.ts';

/** A tone curve: encoded to linear, both 0..1. */
export type Curve = (encoded: number) => number;

/** Where the values of both curve types begin. */
const CURV_VALUES = 12;
const PARA_VALUES = 12;

/**
 * Reads a tone curve: `curv` (ICC.1:2022, 10.6) or `para` (10.18).
 *
 * @param tag what the profile's tag holds, untrusted
 * @returns undefined for anything else, and for a curve that is cut short
 */
export function readCurve(tag: DataView | undefined): Curve | undefined {
  if (tag === undefined || tag.byteLength < CURV_VALUES) return undefined;
  const type = signature(tag, 0);
  const curve = type === 'curv' ? sampled(tag) : type === 'para' ? parametric(tag) : undefined;
  // Results outside of the range are clipped: 10.18.
  return curve && ((encoded) => Math.min(1, Math.max(0, curve(encoded))));
}

/** No value: identity. One: an exponent. More: samples at equal distances. */
function sampled(tag: DataView): Curve | undefined {
  const count = tag.getUint32(8);
  if (CURV_VALUES + count * 2 > tag.byteLength) return undefined;
  if (count === 0) return (encoded) => encoded;
  if (count === 1) {
    const gamma = tag.getUint16(CURV_VALUES) / 256;
    return (encoded) => encoded ** gamma;
  }
  // Place and value in 16 bits of fraction, as lcms has them.
  return (encoded) => {
    const position = Math.round(encoded * (count - 1) * 65536) / 65536;
    const low = Math.min(count - 2, Math.floor(position));
    const left = tag.getUint16(CURV_VALUES + low * 2);
    const right = tag.getUint16(CURV_VALUES + low * 2 + 2);
    return Math.round(left + (right - left) * (position - low)) / 65535;
  };
}

/** Number of parameters of function types 0 to 4 (ICC.1:2022, table 68). */
const PARAMETERS = [1, 3, 4, 5, 7];

function parametric(tag: DataView): Curve | undefined {
  const count = PARAMETERS[tag.getUint16(8)];
  if (count === undefined || PARA_VALUES + count * 4 > tag.byteLength) return undefined;
  const [g = 1, a = 1, b = 0, c = 0, d = 0, e = 0, f = 0] = Array.from({ length: count }, (_, i) =>
    fixed16(tag, PARA_VALUES + i * 4),
  );
  const power = (encoded: number) => Math.max(0, a * encoded + b) ** g;
  // The third parameter after the exponent lifts the whole curve in type 2, and is a slope in types 3 and 4.
  if (count <= 4) return (encoded) => power(encoded) + c;
  return (encoded) => (encoded >= d ? power(encoded) + e : c * encoded + f);
}
