import { PictorError } from '../../../errors.ts';
import { overWhite } from '../../colour/over-white.ts';
import type { Pixels } from '../../types.ts';
import { type BmpHeader, readBmpHeader } from './header.ts';
import { unpackRuns } from './run-length.ts';

/**
 * Decodes a BMP: 1 to 8 bits with a palette (plain or run-length coded), 16 and 32 bits with any masks, 24 bits, bottom-up
 * or top-down. libvips, and with it sharp, does not read the format.
 *
 * @param bytes a BMP whose size has been checked against the limits
 * @throws IMAGE_CORRUPT
 */
export function decodeBmp(bytes: Uint8Array): Pixels {
  const header = readBmpHeader(bytes);
  if (header === undefined) throw corrupt('headers that contradict each other');
  const { width, height, bitsPerPixel, coding, pixels } = header;
  const stored = bytes.subarray(pixels);
  const data =
    coding === 'plain'
      ? plainRows(stored, header)
      : { rows: unpackRuns(stored, header), stride: width, bits: 8 };
  const { rows } = data;
  if (rows === undefined || rows.length < data.stride * (height - 1) + Math.ceil((width * data.bits) / 8)) {
    throw corrupt('fewer pixels than the header promises');
  }
  const source = { ...data, rows };
  if (bitsPerPixel <= 8) return { width, height, data: fromPalette(source, header, bytes) };
  if (bitsPerPixel === 24) return { width, height, data: fromBgr(source, header) };
  return { width, height, data: fromMasks(source, header) };
}

interface Rows {
  readonly rows: Uint8Array;
  /** Bytes from one row to the next. */
  readonly stride: number;
  /** Bits a pixel. */
  readonly bits: number;
}

function plainRows(rows: Uint8Array, { width, bitsPerPixel: bits }: BmpHeader): Rows {
  return { rows, stride: Math.ceil((width * bits) / 32) * 4, bits };
}

function fromPalette({ rows, stride, bits }: Rows, header: BmpHeader, bytes: Uint8Array): Uint8Array {
  const { width, height, palette } = header;
  // Indices beyond the palette are black, as Windows shows them.
  const colors = new Uint8Array(256 * 3);
  for (let i = 0; i < palette.entries; i++) {
    const at = palette.at + i * palette.stride;
    for (let c = 0; c < 3; c++) colors[i * 3 + c] = bytes[at + 2 - c] ?? 0;
  }
  const data = new Uint8Array(width * height * 3);
  const perByte = 8 / bits;
  const mask = (1 << bits) - 1;
  for (let y = 0, out = 0; y < height; y++) {
    const row = rowOf(y, header) * stride;
    for (let x = 0; x < width; x++) {
      const byte = rows[row + Math.floor(x / perByte)] ?? 0;
      const index = (byte >> (8 - bits - (x % perByte) * bits)) & mask;
      for (let c = 0; c < 3; c++) data[out++] = colors[index * 3 + c] ?? 0;
    }
  }
  return data;
}

function fromBgr({ rows, stride }: Rows, header: BmpHeader): Uint8Array {
  const { width, height } = header;
  const data = new Uint8Array(width * height * 3);
  for (let y = 0, out = 0; y < height; y++) {
    let at = rowOf(y, header) * stride;
    for (let x = 0; x < width; x++, at += 3) {
      data[out++] = rows[at + 2] ?? 0;
      data[out++] = rows[at + 1] ?? 0;
      data[out++] = rows[at] ?? 0;
    }
  }
  return data;
}

function fromMasks({ rows, stride, bits }: Rows, header: BmpHeader): Uint8Array {
  const { width, height, masks } = header;
  const view = new DataView(rows.buffer, rows.byteOffset, rows.byteLength);
  const [red, green, blue, alpha] = [
    channel(masks[0]),
    channel(masks[1]),
    channel(masks[2]),
    channel(masks[3]),
  ];
  const rgba = new Uint8Array(width * height * 4);
  let visible = masks[3] === 0;
  for (let y = 0, out = 0; y < height; y++) {
    const row = rowOf(y, header) * stride;
    for (let x = 0; x < width; x++, out += 4) {
      const pixel = bits === 16 ? view.getUint16(row + x * 2, true) : view.getUint32(row + x * 4, true);
      rgba[out] = red(pixel);
      rgba[out + 1] = green(pixel);
      rgba[out + 2] = blue(pixel);
      const opacity = masks[3] === 0 ? 255 : alpha(pixel);
      rgba[out + 3] = opacity;
      visible ||= opacity > 0;
    }
  }
  // Many programs declare an alpha channel and leave it at zero.
  return overWhite(rgba, visible);
}

/** The way from the bits of a mask to 0..255. */
function channel(mask: number): (pixel: number) => number {
  if (mask === 0) return () => 0;
  const shift = 31 - Math.clz32(mask & -mask);
  const most = mask >>> shift;
  return (pixel) => Math.round((((pixel & mask) >>> shift) * 255) / most);
}

function rowOf(y: number, { topDown, height }: BmpHeader): number {
  return topDown ? y : height - 1 - y;
}

function corrupt(received: string): PictorError {
  return new PictorError('IMAGE_CORRUPT', { expected: 'a whole BMP', received });
}
