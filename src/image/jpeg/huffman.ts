import type { HuffmanTable } from './tables.ts';

/** Bits that one lookup decides. */
const LOOKUP_BITS = 10;

const LARGEST = 2048;
const OFFSETS = LARGEST + 18 * 4;
const SYMBOLS = OFFSETS + 18 * 4;

/** Bytes of a table as `wasm/jpeg.as` reads it. */
export const HUFFMAN_BYTES = SYMBOLS + 256;

/**
 * Lays a Huffman table out for decoding (T.81, annexes C and F.2.2.3).
 *
 * @returns undefined when the code lengths do not make a prefix code
 */
export function layOutHuffman({ counts, symbols }: HuffmanTable): Uint8Array | undefined {
  const bytes = new Uint8Array(HUFFMAN_BYTES);
  const lookup = new Uint16Array(bytes.buffer, 0, 1 << LOOKUP_BITS);
  const largest = new Int32Array(bytes.buffer, LARGEST, 18);
  const offsets = new Int32Array(bytes.buffer, OFFSETS, 18);
  bytes.set(symbols, SYMBOLS);
  largest.fill(-1);
  let code = 0;
  let index = 0;
  for (let length = 1; length <= 16; length++) {
    const count = counts[length - 1] ?? 0;
    if (code + count > 1 << length) return undefined;
    offsets[length] = index - code;
    if (length <= LOOKUP_BITS) {
      const span = 1 << (LOOKUP_BITS - length);
      for (let i = 0; i < count; i++) {
        const entry = (length << 8) | (symbols[index + i] ?? 0);
        lookup.fill(entry, (code + i) * span, (code + i + 1) * span);
      }
    }
    code += count;
    index += count;
    largest[length] = code - 1;
    code <<= 1;
  }
  return bytes;
}
