import { MAX_SEGMENTS, tooMany } from './bounds.ts';
import { exifOrientation, type Orientation } from './exif.ts';
import { countScans } from './jpeg-scans.ts';
import type { JpegHeader } from './types.ts';

const CODINGS: Readonly<Record<number, JpegHeader['coding']>> = {
  192: 'baseline',
  193: 'extended',
  194: 'progressive',
};

const APP1 = 0xe1;
const APP2 = 0xe2;
const APP14 = 0xee;
export const START_OF_SCAN = 0xda;
const END_OF_IMAGE = 0xd9;

/**
 * Reads a JPEG's segments up to its first scan (ITU-T T.81, annex B).
 *
 * @returns undefined when no frame is described there, or hardly any data follow it
 * @throws IMAGE_TOO_COMPLEX
 */
export function readJpegHeader(bytes: Uint8Array): JpegHeader | undefined {
  let frame:
    | {
        marker: number;
        precision: number;
        height: number;
        width: number;
        components: number;
        data: Uint8Array;
      }
    | undefined;
  let scan: { components: number; end: number } | undefined;
  let orientation: Orientation | undefined;
  let adobeTransform: number | undefined;
  const parts: Uint8Array[] = [];
  for (const { marker, data, end } of jpegSegments(bytes)) {
    if (isFrame(marker) && data.length >= 6) {
      if (frame) return undefined;
      frame = {
        marker,
        precision: data[0] ?? 0,
        height: u16(data, 1),
        width: u16(data, 3),
        components: data[5] ?? 0,
        data,
      };
    } else if (marker === APP1 && orientation === undefined && begins(data, 'Exif\0\0')) {
      orientation = exifOrientation(data);
    } else if (marker === APP2 && begins(data, 'ICC_PROFILE\0')) {
      parts[data[12] ?? 0] = data.subarray(14);
    } else if (marker === APP14 && data.length >= 12 && begins(data, 'Adobe')) {
      adobeTransform = data[11];
    } else if (marker === START_OF_SCAN) scan = { components: data[0] ?? 0, end };
  }
  if (!frame || !scan || frame.width === 0 || frame.height === 0) return undefined;
  const isSingle = frame.marker !== PROGRESSIVE && scan.components === frame.components;
  const leastBytes = leastData(frame.marker, frame.width, frame.height, frame.data);
  const { scans, dataBytes } = countScans(bytes, scan.end, isSingle, leastBytes);
  if (dataBytes < leastBytes) return undefined;
  const profile = Buffer.concat(parts.filter((part) => part !== undefined));
  return {
    format: 'jpeg',
    width: frame.width,
    height: frame.height,
    orientation: orientation ?? 1,
    coding: CODINGS[frame.marker] ?? 'other',
    precision: frame.precision,
    components: frame.components,
    adobeTransform,
    profile: profile.length > 0 ? profile : undefined,
    samplesPerPixel: samplesPerPixel(frame.data),
    scans,
  };
}

/** Sampling factors of the components, across in the upper four bits. */
function samplingFactors(frame: Uint8Array): number[] {
  return [7, 10, 13, 16].map((at) => frame[at] ?? 0).slice(0, frame[5] ?? 0);
}

function samplesPerPixel(frame: Uint8Array): number {
  const areas = samplingFactors(frame).map((one) => (one >> 4) * (one & 15));
  const factors = samplingFactors(frame);
  const across = Math.max(...factors.map((one) => one >> 4), 1);
  const down = Math.max(...factors.map((one) => one & 15), 1);
  return Math.max(1, areas.reduce((sum, area) => sum + area, 0) / (across * down));
}

const PROGRESSIVE = 0xc2;

/**
 * Bytes of entropy-coded data that the first component takes at the very least: a bit for the mean of each block, and
 * where the picture is not progressive another one for the end of the block. Arithmetic coding has no such bound.
 */
function leastData(marker: number, width: number, height: number, frame: Uint8Array): number {
  if (marker > PROGRESSIVE) return 0;
  const factors = samplingFactors(frame);
  const [first = 0x11] = factors;
  const across = Math.max(...factors.map((one) => one >> 4), 1);
  const down = Math.max(...factors.map((one) => one & 15), 1);
  const columns = Math.ceil((width * (first >> 4)) / across / 8);
  const rows = Math.ceil((height * (first & 15)) / down / 8);
  return Math.floor((columns * rows * (marker === PROGRESSIVE ? 1 : 2)) / 8);
}

/** A marker with what belongs to it. */
export interface Segment {
  readonly marker: number;
  readonly data: Uint8Array;
  /** Where it ends in the file. */
  readonly end: number;
}

/** The segments of a JPEG up to the head of its first scan, that one included. */
export function* jpegSegments(bytes: Uint8Array): Generator<Segment> {
  let at = 2;
  let segments = 0;
  while (at + 4 <= bytes.length) {
    // Stray bytes before a marker are skipped, as decoders do.
    if (bytes[at] !== 0xff) {
      at += 1;
      continue;
    }
    const marker = bytes[at + 1] ?? 0;
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    if (marker === END_OF_IMAGE) return;
    if (marker <= 0x01 || (marker >= 0xd0 && marker <= 0xd8)) {
      at += 2;
      continue;
    }
    if (++segments > MAX_SEGMENTS) throw tooMany('segments', MAX_SEGMENTS);
    const length = u16(bytes, at + 2);
    const end = at + 2 + Math.max(2, length);
    yield { marker, data: bytes.subarray(at + 4, at + 2 + length), end };
    if (marker === START_OF_SCAN) return;
    at = end;
  }
}

/** SOF0 to SOF15, without the three markers in between that mean something else. */
function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

function begins(data: Uint8Array, text: string): boolean {
  return (
    Buffer.from(data.buffer, data.byteOffset, Math.min(data.length, text.length)).toString('latin1') === text
  );
}

function u16(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}
