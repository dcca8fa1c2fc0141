import { jpegSegments, START_OF_SCAN } from '../formats/headers/jpeg.ts';

const BASELINE = 0xc0;
const HUFFMAN_TABLES = 0xc4;
const QUANTISATION_TABLES = 0xdb;
const RESTART_INTERVAL = 0xdd;

/** A Huffman table as a file states it: codes of each length 1 to 16, then the symbols by rising code. */
export interface HuffmanTable {
  readonly counts: Uint8Array;
  readonly symbols: Uint8Array;
}

/** One component of a baseline frame. */
export interface Component {
  /** Blocks across and down in an MCU. */
  readonly across: number;
  readonly down: number;
  /** 64 factors in natural order. */
  readonly quantisation: Uint16Array;
  readonly dc: HuffmanTable;
  readonly ac: HuffmanTable;
}

/** What is needed to decode a JPEG of one baseline scan. */
export interface BaselinePlan {
  readonly width: number;
  readonly height: number;
  readonly components: readonly Component[];
  /** MCUs between restart markers, or 0. */
  readonly restartInterval: number;
  /** Where the entropy-coded data begin. */
  readonly start: number;
}

/**
 * Natural place of each coefficient in zigzag order (T.81, figure 5): diagonal by diagonal, turning at each border.
 */
export const ZIGZAG: Uint8Array = zigzag();

/**
 * Reads the tables and the one scan of a baseline JPEG (T.81, annex B).
 *
 * @returns undefined for anything else, and for tables that do not add up
 */
export function readBaselinePlan(bytes: Uint8Array): BaselinePlan | undefined {
  const quantisation: (Uint16Array | undefined)[] = [];
  const huffman: (HuffmanTable | undefined)[] = [];
  let frame: Uint8Array | undefined;
  let restartInterval = 0;
  for (const { marker, data, end } of jpegSegments(bytes)) {
    if (marker === QUANTISATION_TABLES) {
      if (!readQuantisation(data, quantisation)) return undefined;
    } else if (marker === HUFFMAN_TABLES) {
      if (!readHuffman(data, huffman)) return undefined;
    } else if (marker === RESTART_INTERVAL) restartInterval = u16(data, 0);
    else if (marker === BASELINE) frame = data;
    else if (marker === START_OF_SCAN) {
      if (frame === undefined) return undefined;
      const components = readComponents(frame, data, quantisation, huffman);
      if (components === undefined) return undefined;
      const height = u16(frame, 1);
      const width = u16(frame, 3);
      return { width, height, components, restartInterval, start: end };
    }
  }
  return undefined;
}

function readQuantisation(data: Uint8Array, tables: (Uint16Array | undefined)[]): boolean {
  let at = 0;
  while (at < data.length) {
    const head = data[at++] ?? 0;
    const wide = head >> 4 !== 0;
    const size = wide ? 128 : 64;
    if (at + size > data.length) return false;
    const table = new Uint16Array(64);
    ZIGZAG.forEach((natural, k) => {
      table[natural] = wide ? u16(data, at + k * 2) : (data[at + k] ?? 0);
    });
    tables[head & 15] = table;
    at += size;
  }
  return true;
}

/** DC tables come to the places 0 to 15, AC tables to 16 to 31. */
function readHuffman(data: Uint8Array, tables: (HuffmanTable | undefined)[]): boolean {
  let at = 0;
  while (at + 17 <= data.length) {
    const head = data[at] ?? 0;
    const counts = data.subarray(at + 1, at + 17);
    const total = counts.reduce((sum, count) => sum + count, 0);
    at += 17;
    if (total > 256 || at + total > data.length) return false;
    tables[head & 31] = { counts, symbols: data.subarray(at, at + total) };
    at += total;
  }
  return at === data.length;
}

function readComponents(
  frame: Uint8Array,
  scan: Uint8Array,
  quantisation: readonly (Uint16Array | undefined)[],
  huffman: readonly (HuffmanTable | undefined)[],
): Component[] | undefined {
  const count = frame[5] ?? 0;
  if ((scan[0] ?? 0) !== count || frame.length < 6 + count * 3 || scan.length < 4 + count * 2)
    return undefined;
  const components: Component[] = [];
  for (let i = 0; i < count; i++) {
    const id = frame[6 + i * 3];
    const sampling = frame[7 + i * 3] ?? 0;
    const tables = scan[2 + i * 2] ?? 0;
    const quantise = quantisation[frame[8 + i * 3] ?? 0];
    const dc = huffman[tables >> 4];
    const ac = huffman[16 + (tables & 15)];
    if (scan[1 + i * 2] !== id || !quantise || !dc || !ac) return undefined;
    // The sampling factors of a single component mean nothing: its MCU is one block.
    const [across, down] = count === 1 ? [1, 1] : [sampling >> 4, sampling & 15];
    components.push({ across, down, quantisation: quantise, dc, ac });
  }
  return components;
}

function zigzag(): Uint8Array {
  const order = new Uint8Array(64);
  let k = 0;
  for (let diagonal = 0; diagonal < 15; diagonal++) {
    const first = Math.max(0, diagonal - 7);
    const last = Math.min(7, diagonal);
    for (let i = first; i <= last; i++) {
      const row = diagonal % 2 === 0 ? diagonal - i : i;
      order[k++] = row * 8 + (diagonal - row);
    }
  }
  return order;
}

function u16(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}
