import type { Curve } from './curves.ts';
import { type Colorants, decodeSrgb, encodeSrgb, linearSrgb } from './srgb.ts';

/** Brings the colours of a profile to sRGB. */
export interface SrgbConverter {
  /**
   * Converts in place.
   *
   * @param rgb interleaved 8-bit RGB; grey as three equal values
   * @param pixels how many of them, from the start
   */
  convert(rgb: Uint8Array, pixels: number): void;
}

/** For pictures that are sRGB already. */
export const UNCHANGED: SrgbConverter = { convert: () => undefined };

/** Linear light 1 in fixed point: 14 bits, so that products with a matrix fit into 32. */
const ONE = 1 << 14;
const HALF = ONE >> 1;

/** Smallest and largest that a row of a matrix can give; real devices stay within -1.2 and 2.2. */
const LOWEST = -2;
const HIGHEST = 4;

/** Differences from the identity that are rounding of the colorants. */
const IDENTITY_TOLERANCE = 1 / 65535;

/**
 * Converts one channel after the other.
 *
 * @param curves of red, green and blue
 */
export function channelConverter(curves: readonly [Curve, Curve, Curve]): SrgbConverter {
  const tables = new Uint8Array(3 * 256);
  for (const [channel, curve] of curves.entries()) {
    for (let level = 0; level < 256; level++) {
      tables[channel * 256 + level] = Math.round(255 * encodeSrgb(curve(level / 255)));
    }
  }
  return { convert: (rgb, pixels) => convertChannels(rgb, pixels, tables) };
}

/**
 * Converts through curves to linear light, a matrix, and the curve of sRGB.
 *
 * @param curves of red, green and blue
 * @param colorants XYZ of red, green and blue
 * @returns undefined when no real device has such colorants
 */
export function matrixConverter(
  curves: readonly [Curve, Curve, Curve],
  colorants: Colorants,
): SrgbConverter | undefined {
  const columns = colorants.map(linearSrgb);
  const distance = columns.flatMap((column, i) => column.map((x, k) => Math.abs(x - (i === k ? 1 : 0))));
  if (Math.max(...distance) < IDENTITY_TOLERANCE) return channelConverter(curves);
  for (let row = 0; row < 3; row++) {
    const factors = columns.map((column) => column[row] ?? 0);
    const below = factors.reduce((sum, x) => sum + Math.min(0, x), 0);
    const above = factors.reduce((sum, x) => sum + Math.max(0, x), 0);
    if (below <= LOWEST || above >= HIGHEST) return undefined;
  }
  fillEncoded();
  const matrix = Int32Array.from(columns.flat(), (x) => Math.round(x * ONE));
  const linear = new Int32Array(3 * 256);
  for (const [channel, curve] of curves.entries()) {
    for (let level = 0; level < 256; level++) {
      // In single precision, too, as lcms.
      linear[channel * 256 + level] = Math.round(ONE * Math.fround(curve(Math.fround(level / 255))));
    }
  }
  return { convert: (rgb, pixels) => convertByMatrix(rgb, pixels, linear, matrix) };
}

function convertChannels(rgb: Uint8Array, pixels: number, tables: Uint8Array): void {
  const end = pixels * 3;
  for (let i = 0; i < end; i += 3) {
    rgb[i] = tables[rgb[i] ?? 0] ?? 0;
    rgb[i + 1] = tables[256 + (rgb[i + 1] ?? 0)] ?? 0;
    rgb[i + 2] = tables[512 + (rgb[i + 2] ?? 0)] ?? 0;
  }
}

/** Tables of the conversion under way, in one place: the compiler then knows where and how long they are, 2 ns a pixel. */
const LINEAR = new Int32Array(3 * 256);

/** sRGB's levels for all that a matrix may give, `LOWEST` first, so that nothing has to be clipped. */
const ENCODED = new Uint8Array((HIGHEST - LOWEST) * ONE);

/** The arithmetic of lcms for 8-bit pictures, to the last bit. 5 to 7 ns a pixel. */
function convertByMatrix(rgb: Uint8Array, pixels: number, linear: Int32Array, matrix: Int32Array): void {
  const [rr = 0, gr = 0, br = 0, rg = 0, gg = 0, bg = 0, rb = 0, gb = 0, bb = 0] = matrix;
  LINEAR.set(linear);
  // Shifts what the sum is to the table's first entry, and rounds.
  const start = -LOWEST * ONE * ONE + HALF;
  const end = pixels * 3;
  for (let i = 0; i < end; i += 3) {
    const r = LINEAR[rgb[i] ?? 0] ?? 0;
    const g = LINEAR[256 + (rgb[i + 1] ?? 0)] ?? 0;
    const b = LINEAR[512 + (rgb[i + 2] ?? 0)] ?? 0;
    rgb[i] = ENCODED[(start + Math.imul(rr, r) + Math.imul(rg, g) + Math.imul(rb, b)) >> 14] ?? 0;
    rgb[i + 1] = ENCODED[(start + Math.imul(gr, r) + Math.imul(gg, g) + Math.imul(gb, b)) >> 14] ?? 0;
    rgb[i + 2] = ENCODED[(start + Math.imul(br, r) + Math.imul(bg, g) + Math.imul(bb, b)) >> 14] ?? 0;
  }
}

/** Fills the table of levels, once, when the first converter is made. */
function fillEncoded(): void {
  // White is the last entry, and never 0 once it is filled.
  if (ENCODED.at(-1) !== 0) return;
  let from = -LOWEST * ONE;
  for (let level = 0; level < 255; level++) {
    const to = Math.ceil((decodeSrgb((level + 0.5) / 255) - LOWEST) * ONE);
    ENCODED.fill(level, from, to);
    from = to;
  }
  ENCODED.fill(255, from);
}
