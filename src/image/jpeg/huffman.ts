import type { HuffmanTable } from './tables.ts';

/** Bits that one lookup decides. */
const LOOKUP_BITS = 10;

const LARGEST = 2048;
const OFFSETS = LARGEST + 18 * 4;
const SYMBOLS = OFFSETS + 18 * 4;

const WHOLE = SYMBOLS + 256;

/** Bytes of a table as `jpeg.as` reads it. */
export const HUFFMAN_BYTES = WHOLE + (4 << LOOKUP_BITS);

/** Tables that are remembered; a file has at most four, and nearly all files have those of T.81's annex K. */
const REMEMBERED = 16;

const remembered = new Map<string, Uint8Array>();

/** {@link layOutHuffman}, remembered: a picture's tables take 0.02 ms and 26 KB. The result is shared. */
export function cachedHuffman(table: HuffmanTable, kind: 'dc' | 'ac'): Uint8Array | undefined {
  const key = `${kind}${latin1(table.counts)}${latin1(table.symbols)}`;
  const known = remembered.get(key);
  if (known) return known;
  const laidOut = layOutHuffman(table, kind);
  if (laidOut === undefined) return undefined;
  if (remembered.size === REMEMBERED) remembered.clear();
  remembered.set(key, laidOut);
  return laidOut;
}

function latin1({ buffer, byteOffset, byteLength }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('latin1');
}

/**
 * Lays a Huffman table out for decoding (T.81, annexes C and F.2.2.3).
 *
 * @param kind AC tables also get the lookups that give run and value at once; DC values are differences, and rare
 * @returns undefined when the code lengths do not make a prefix code
 */
function layOutHuffman({ counts, symbols }: HuffmanTable, kind: 'dc' | 'ac'): Uint8Array | undefined {
  const bytes = new Uint8Array(HUFFMAN_BYTES);
  const lookup = new Uint16Array(bytes.buffer, 0, 1 << LOOKUP_BITS);
  const largest = new Int32Array(bytes.buffer, LARGEST, 18);
  const offsets = new Int32Array(bytes.buffer, OFFSETS, 18);
  const whole = new Int32Array(bytes.buffer, WHOLE, 1 << LOOKUP_BITS);
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
        if (kind === 'ac') fillWhole(whole, entry, (code + i) * span, span);
      }
    }
    code += count;
    index += count;
    largest[length] = code - 1;
    code <<= 1;
  }
  return bytes;
}

/** Lookups for a code that leaves room for the value's own bits. */
function fillWhole(whole: Int32Array, entry: number, first: number, span: number): void {
  const length = entry >> 8;
  const run = (entry >> 4) & 15;
  const size = entry & 15;
  const room = LOOKUP_BITS - length - size;
  if (size === 0 || room < 0) return;
  for (let i = 0; i < span; i++) {
    const bits = i >> room;
    const value = bits < 1 << (size - 1) ? bits - (1 << size) + 1 : bits;
    whole[first + i] = (value << 16) | (run << 8) | (length + size);
  }
}
