/** What a BMP's headers say (Windows bitmap, versions 2 to 5, and the OS/2 core header). */
export interface BmpHeader {
  readonly width: number;
  readonly height: number;
  readonly topDown: boolean;
  readonly bitsPerPixel: 1 | 2 | 4 | 8 | 16 | 24 | 32;
  readonly coding: 'plain' | 'rle4' | 'rle8';
  /** Bits of red, green, blue and alpha in a pixel of 16 or 32 bits. */
  readonly masks: readonly [number, number, number, number];
  /** Where the palette begins, its entries, and the bytes of one. */
  readonly palette: { readonly at: number; readonly entries: number; readonly stride: 3 | 4 };
  /** Where the pixels begin. */
  readonly pixels: number;
}

const BITS = [1, 2, 4, 8, 16, 24, 32] as const;
const CORE = 12;

const PLAIN = 0;
const RLE8 = 1;
const RLE4 = 2;
const BIT_FIELDS = 3;
const ALPHA_BIT_FIELDS = 6;

/** @returns undefined for anything that is no BMP, or one of a kind that nobody writes (embedded JPEG and PNG) */
export function readBmpHeader(bytes: Uint8Array): BmpHeader | undefined {
  if (bytes.length < 26) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const size = view.getUint32(14, true);
  const core = size === CORE;
  if (bytes.length < 14 + size) return undefined;
  const width = core ? view.getUint16(18, true) : view.getInt32(18, true);
  const tall = core ? view.getUint16(20, true) : view.getInt32(22, true);
  const bits = view.getUint16(core ? 24 : 28, true);
  const bitsPerPixel = BITS.find((known) => known === bits);
  const compression = core ? PLAIN : view.getUint32(30, true);
  const coding = codingOf(compression, bits);
  if (bitsPerPixel === undefined || coding === undefined || width <= 0 || tall === 0) return undefined;
  // With a plain info header the masks follow it; later headers contain them, in the same place.
  const fields = compression === BIT_FIELDS || compression === ALPHA_BIT_FIELDS;
  const extra = fields && size === 40 ? (compression === ALPHA_BIT_FIELDS ? 16 : 12) : 0;
  if (bytes.length < 14 + size + extra) return undefined;
  const mask = (index: number) => {
    const at = 54 + index * 4;
    return at + 4 <= 14 + size + extra ? view.getUint32(at, true) : 0;
  };
  const most = bits <= 8 ? 1 << bits : 0;
  const used = core ? 0 : view.getUint32(46, true);
  return {
    width,
    height: Math.abs(tall),
    topDown: tall < 0,
    bitsPerPixel,
    coding,
    masks: fields ? [mask(0), mask(1), mask(2), mask(3)] : bits === 16 ? MASKS_16 : MASKS_32,
    palette: {
      at: 14 + size + extra,
      entries: used === 0 ? most : Math.min(most, used),
      stride: core ? 3 : 4,
    },
    pixels: view.getUint32(10, true),
  };
}

const MASKS_16 = [0x7c00, 0x03e0, 0x001f, 0] as const;
const MASKS_32 = [0xff0000, 0x00ff00, 0x0000ff, 0] as const;

function codingOf(compression: number, bits: number): BmpHeader['coding'] | undefined {
  if (compression === PLAIN) return 'plain';
  if (compression === RLE8 && bits === 8) return 'rle8';
  if (compression === RLE4 && bits === 4) return 'rle4';
  const fields = compression === BIT_FIELDS || compression === ALPHA_BIT_FIELDS;
  return fields && (bits === 16 || bits === 32) ? 'plain' : undefined;
}
