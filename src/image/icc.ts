/** Colorants of sRGB as ICC profiles state them: red, green and blue as XYZ under D50 (IEC 61966-2-1, annex A). */
const COLORANTS: Readonly<Record<string, readonly [number, number, number]>> = {
  rXYZ: [0.4361, 0.2225, 0.0139],
  gXYZ: [0.3851, 0.7169, 0.0971],
  bXYZ: [0.1431, 0.0606, 0.7141],
};

/** Profiles differ in the fourth digit by how they rounded and adapted. */
const COLORANT_TOLERANCE = 0.002;

/** In units of the encoded value, 0..1: one level of 255. */
const CURVE_TOLERANCE = 1.1 / 255;

/**
 * Whether an ICC profile describes sRGB, so that converting to sRGB would change nothing but rounding. Decided by the
 * profile's colorants and curves, not by its name: names lie.
 *
 * @param profile a whole ICC profile
 */
export function isSrgbProfile(profile: Uint8Array): boolean {
  const view = new DataView(profile.buffer, profile.byteOffset, profile.byteLength);
  if (profile.length < 132 || text(profile, 36) !== 'acsp' || text(profile, 16) !== 'RGB ') return false;
  const tags = readTags(profile, view);
  // Tables take precedence over colorants and may say anything.
  if (tags === undefined || tags.has('A2B0')) return false;
  for (const [name, wanted] of Object.entries(COLORANTS)) {
    const at = tags.get(name);
    if (at === undefined || at + 20 > profile.length) return false;
    const fits = wanted.every(
      (value, i) => Math.abs(view.getInt32(at + 8 + i * 4) / 65536 - value) <= COLORANT_TOLERANCE,
    );
    if (!fits) return false;
  }
  return ['rTRC', 'gTRC', 'bTRC'].every((name) => {
    const curve = readCurve(profile, view, tags.get(name));
    return curve !== undefined && isSrgbCurve(curve);
  });
}

type Curve = (encoded: number) => number;

function readTags(profile: Uint8Array, view: DataView): Map<string, number> | undefined {
  const count = view.getUint32(128);
  if (count > 100 || 132 + count * 12 > profile.length) return undefined;
  return new Map(
    Array.from({ length: count }, (_, i) => {
      const at = 132 + i * 12;
      return [text(profile, at), view.getUint32(at + 4)] as const;
    }),
  );
}

function readCurve(profile: Uint8Array, view: DataView, at: number | undefined): Curve | undefined {
  if (at === undefined || at + 12 > profile.length) return undefined;
  const type = text(profile, at);
  if (type === 'para') return parametric(profile, view, at);
  if (type !== 'curv') return undefined;
  const count = view.getUint32(at + 8);
  if (count < 2 || at + 12 + count * 2 > profile.length) return undefined;
  return (encoded) => {
    const position = encoded * (count - 1);
    const low = Math.min(count - 2, Math.floor(position));
    const left = view.getUint16(at + 12 + low * 2);
    const right = view.getUint16(at + 14 + low * 2);
    return (left + (right - left) * (position - low)) / 65535;
  };
}

/** Function type 3 of ICC.1:2022, 10.18: the shape of sRGB's own definition. */
function parametric(profile: Uint8Array, view: DataView, at: number): Curve | undefined {
  if (view.getUint16(at + 8) !== 3 || at + 32 > profile.length) return undefined;
  const [g = 1, a = 1, b = 0, c = 0, d = 0] = Array.from(
    { length: 5 },
    (_, i) => view.getInt32(at + 12 + i * 4) / 65536,
  );
  return (encoded) => (encoded >= d ? (a * encoded + b) ** g : c * encoded);
}

function isSrgbCurve(curve: Curve): boolean {
  for (let level = 0; level <= 255; level += 5) {
    const linear = curve(level / 255);
    const encoded = linear <= 0.0031308 ? 12.92 * linear : 1.055 * linear ** (1 / 2.4) - 0.055;
    if (!(Math.abs(encoded - level / 255) <= CURVE_TOLERANCE)) return false;
  }
  return true;
}

function text(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + 4));
}
