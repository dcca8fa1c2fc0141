/** Parts of an ICC profile, by what they say rather than by their bytes. */
export interface ProfileParts {
  /** Default `mntr`. */
  readonly deviceClass?: string;
  /** Default `RGB `. */
  readonly colourSpace?: string;
  /** Default `XYZ `. */
  readonly connectionSpace?: string;
  /** Default 2. */
  readonly version?: number;
  readonly tags: Readonly<Record<string, Buffer>>;
}

/** The bytes of an ICC profile: header, table of tags, tags. */
export function iccProfile(parts: ProfileParts): Buffer {
  const entries = Object.entries(parts.tags);
  const table = Buffer.alloc(4 + entries.length * 12);
  table.writeUInt32BE(entries.length);
  let end = 128 + table.length;
  for (const [i, [name, { length }]] of entries.entries()) {
    table.write(name, 4 + i * 12, 'latin1');
    table.writeUInt32BE(end, 8 + i * 12);
    table.writeUInt32BE(length, 12 + i * 12);
    end += length;
  }
  const header = Buffer.alloc(128);
  header.writeUInt32BE(end);
  header[8] = parts.version ?? 2;
  header.write(parts.deviceClass ?? 'mntr', 12, 'latin1');
  header.write(parts.colourSpace ?? 'RGB ', 16, 'latin1');
  header.write(parts.connectionSpace ?? 'XYZ ', 20, 'latin1');
  header.write('acsp', 36, 'latin1');
  for (const [i, value] of [0.9642, 1, 0.8249].entries()) header.writeInt32BE(fixed(value), 68 + i * 4);
  return Buffer.concat([header, table, ...Object.values(parts.tags)]);
}

/** Colorants under D50: X, Y and Z of red, of green and of blue. */
export const COLORANTS = {
  srgb: [0.43604, 0.22244, 0.0139, 0.3851, 0.71693, 0.09708, 0.14307, 0.06062, 0.71393],
  adobe: [0.60974, 0.31111, 0.01947, 0.20528, 0.62567, 0.06087, 0.14919, 0.06322, 0.74457],
  proPhoto: [0.79767, 0.28804, 0, 0.13519, 0.71188, 0, 0.03134, 0.00009, 0.82491],
  p3: [0.51512, 0.2412, -0.00105, 0.29198, 0.69225, 0.04189, 0.1571, 0.06657, 0.78407],
} as const;

/** A profile of three colorants and a curve for each, or one for all. */
export function rgbProfile(
  colorants: readonly number[],
  red: Buffer,
  green: Buffer = red,
  blue: Buffer = red,
  extra: Readonly<Record<string, Buffer>> = {},
): Buffer {
  const [rXYZ, gXYZ, bXYZ] = [0, 3, 6].map((at) => xyz(colorants.slice(at, at + 3)));
  if (!rXYZ || !gXYZ || !bXYZ) throw new Error('nine values');
  return iccProfile({ tags: { rXYZ, gXYZ, bXYZ, rTRC: red, gTRC: green, bTRC: blue, ...extra } });
}

export function greyProfile(curve: Buffer, deviceClass = 'mntr'): Buffer {
  return iccProfile({ deviceClass, colourSpace: 'GRAY', tags: { kTRC: curve } });
}

/** `curv` with an exponent. */
export function gammaCurve(gamma: number): Buffer {
  return curv([Math.round(gamma * 256)]);
}

/** `curv` with samples of a function of 0..1. */
export function sampledCurve(count: number, linear: (encoded: number) => number): Buffer {
  return curv(Array.from({ length: count }, (_, i) => Math.round(65535 * linear(i / (count - 1)))));
}

/** `curv` with values as they are stored. */
export function curv(values: readonly number[]): Buffer {
  const tag = Buffer.alloc(Math.ceil((12 + values.length * 2) / 4) * 4);
  tag.write('curv', 'latin1');
  tag.writeUInt32BE(values.length, 8);
  for (const [i, value] of values.entries()) tag.writeUInt16BE(value, 12 + i * 2);
  return tag;
}

/** `para`. */
export function parametricCurve(type: number, parameters: readonly number[]): Buffer {
  const tag = Buffer.alloc(12 + parameters.length * 4);
  tag.write('para', 'latin1');
  tag.writeUInt16BE(type, 8);
  for (const [i, value] of parameters.entries()) tag.writeInt32BE(fixed(value), 12 + i * 4);
  return tag;
}

/** A JPEG with a profile of less than 64 KB put into it. */
export function withProfile(jpeg: Buffer, profile: Buffer): Buffer {
  const segment = Buffer.from([0xff, 0xe2, 0, 0, ...Buffer.from('ICC_PROFILE\0', 'latin1'), 1, 1]);
  segment.writeUInt16BE(segment.length - 2 + profile.length, 2);
  return Buffer.concat([jpeg.subarray(0, 2), segment, profile, jpeg.subarray(2)]);
}

function xyz(values: readonly number[]): Buffer {
  const tag = Buffer.alloc(20);
  tag.write('XYZ ', 'latin1');
  for (const [i, value] of values.entries()) tag.writeInt32BE(fixed(value), 8 + i * 4);
  return tag;
}

function fixed(value: number): number {
  return Math.round(value * 65536);
}
