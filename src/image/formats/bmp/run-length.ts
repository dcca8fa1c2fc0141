import type { BmpHeader } from './header.ts';

/**
 * Unpacks run-length coded rows into one palette index a byte, in the order of the file. Pixels that the code skips
 * keep index 0. Each step consumes input, so the work is bounded by the file's length.
 *
 * @param data the coded pixels
 * @returns undefined when the code leaves the picture or ends before its end marker and last row
 */
export function unpackRuns(data: Uint8Array, header: BmpHeader): Uint8Array | undefined {
  const { width, height, coding } = header;
  const nibbles = coding === 'rle4';
  const out = new Uint8Array(width * height);
  let x = 0;
  let y = 0;
  const put = (index: number): boolean => {
    // Encoders pad the last run of a row; what lies right of the picture is dropped.
    if (y >= height) return false;
    if (x < width) out[y * width + x] = index;
    x += 1;
    return true;
  };
  for (let at = 0; at + 2 <= data.length; ) {
    const count = data[at] ?? 0;
    const value = data[at + 1] ?? 0;
    at += 2;
    if (count > 0) {
      for (let i = 0; i < count; i++) if (!put(nibbles ? nibble(value, i) : value)) return undefined;
    } else if (value === 0) {
      x = 0;
      y += 1;
    } else if (value === 1) {
      return out;
    } else if (value === 2) {
      x += data[at] ?? 0;
      y += data[at + 1] ?? 0;
      at += 2;
    } else {
      const bytes = nibbles ? (value + 1) >> 1 : value;
      if (at + bytes > data.length) return undefined;
      for (let i = 0; i < value; i++) {
        const byte = data[at + (nibbles ? i >> 1 : i)] ?? 0;
        if (!put(nibbles ? nibble(byte, i) : byte)) return undefined;
      }
      at += bytes + (bytes & 1);
    }
  }
  // Some encoders leave the end marker out.
  return y >= height || (y === height - 1 && x >= width) ? out : undefined;
}

function nibble(byte: number, index: number): number {
  return index % 2 === 0 ? byte >> 4 : byte & 15;
}
