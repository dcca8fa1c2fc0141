import { MAX_SCANS, MAX_SEGMENTS, tooMany } from './bounds.ts';

const START_OF_SCAN = 0xda;
const END_OF_IMAGE = 0xd9;

/** How many hops of `indexOf` pay for themselves: where 0xff is denser than this, bytes are looked at one by one. */
const DENSE = 16;

/** What follows the head of a JPEG. */
export interface ScanFacts {
  readonly scans: number;
  /** Entropy-coded bytes, or as many as were wanted. */
  readonly dataBytes: number;
}

/**
 * Counts scans and entropy-coded bytes, no further than it must: decoding many scans of a small file takes hours, and a
 * head without data is no picture.
 *
 * @param start where the data of the first scan begin
 * @param isSingle whether the first scan holds all components for good, so that nothing after it is decoded
 * @param enough bytes of data after which a single scan need not be followed
 * @throws IMAGE_TOO_COMPLEX
 */
export function countScans(bytes: Uint8Array, start: number, isSingle: boolean, enough: number): ScanFacts {
  let scans = 1;
  let dataBytes = 0;
  let segments = 0;
  let at = start;
  for (;;) {
    const end = endOfScan(bytes, at, isSingle ? at + enough : bytes.length);
    dataBytes += end - at;
    if (isSingle) return { scans, dataBytes };
    // Segments up to the next scan.
    at = end;
    for (;;) {
      while (bytes[at] === 0xff && bytes[at + 1] === 0xff) at += 1;
      const marker = bytes[at + 1];
      if (at + 4 > bytes.length || bytes[at] !== 0xff || marker === END_OF_IMAGE) return { scans, dataBytes };
      if (++segments > MAX_SEGMENTS) throw tooMany('segments', MAX_SEGMENTS);
      at += 2 + Math.max(2, ((bytes[at + 2] ?? 0) << 8) | (bytes[at + 3] ?? 0));
      if (marker === START_OF_SCAN) break;
    }
    if (++scans > MAX_SCANS) throw tooMany('scans', MAX_SCANS);
  }
}

/** The first marker that is neither a stuffed byte nor a restart, or where to stop. */
function endOfScan(bytes: Uint8Array, start: number, stop: number): number {
  const limit = Math.min(stop, bytes.length);
  let at = start;
  let hops = 0;
  while (at < limit) {
    if (bytes[at] !== 0xff) {
      if (hops * DENSE > at - start + 4096) {
        at += 1;
        continue;
      }
      hops += 1;
      at = bytes.indexOf(0xff, at);
      if (at === -1 || at >= limit) return limit;
    }
    const next = bytes[at + 1] ?? 0;
    if (next === 0xff) at += 1;
    else if (next === 0 || (next >= 0xd0 && next <= 0xd7)) at += 2;
    else return at;
  }
  return limit;
}
