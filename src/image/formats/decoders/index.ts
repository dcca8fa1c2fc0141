/**
 * Which decoders there are for which format, in the order in which they are tried: the one place that decoding and
 * packing an archive look at.
 *
 * @module
 */

import type { PictureFormat } from '../../types.ts';
import type { PictureHeader } from '../headers/types.ts';
import { loadSharpDecoder } from './sharp.ts';
import type { Decoder } from './types.ts';

const SHARP: Decoder = { name: 'sharp', packages: ['sharp'], files: [], load: loadSharpDecoder };

const WASM_JPEG: Decoder = {
  name: 'wasm',
  packages: ['@cwasm/jpeg-turbo'],
  files: ['@cwasm/jpeg-turbo/jpeg-turbo.wasm'],
  // TurboJPEG turns neither CMYK into RGB nor 12 bits into 8.
  accepts: (header) =>
    header.format === 'jpeg' &&
    header.precision === 8 &&
    (header.components === 1 || header.components === 3) &&
    header.coding !== 'other',
  load: async () => (await import('./wasm-jpeg.ts')).loadWasmJpeg(),
};

const WASM_PNG: Decoder = {
  name: 'wasm',
  packages: ['@cwasm/lodepng'],
  files: ['@cwasm/lodepng/lodepng.wasm'],
  load: async () => (await import('./wasm-png.ts')).loadWasmPng(),
};

const WASM_WEBP: Decoder = {
  name: 'wasm',
  packages: ['@cwasm/webp'],
  files: ['@cwasm/webp/webp.wasm'],
  accepts: (header) => header.format === 'webp' && !header.animated,
  load: async () => (await import('./wasm-webp.ts')).loadWasmWebp(),
};

const BMP: Decoder = {
  name: 'bmp',
  packages: [],
  files: [],
  load: async () => {
    const { decodeBmp } = await import('../bmp/decode.ts');
    return async (bytes) => decodeBmp(bytes);
  },
};

export const DECODERS: Readonly<Record<PictureFormat, readonly Decoder[]>> = {
  jpeg: [SHARP, WASM_JPEG],
  png: [SHARP, WASM_PNG],
  webp: [SHARP, WASM_WEBP],
  gif: [SHARP],
  tiff: [SHARP],
  avif: [SHARP],
  bmp: [BMP],
};

/** The decoders that take a picture, best first. */
export function decodersFor(header: PictureHeader): readonly Decoder[] {
  return DECODERS[header.format].filter((decoder) => decoder.accepts?.(header) ?? true);
}
