import { createRequire } from 'node:module';
import { inflateSync } from 'node:zlib';
import { PictorError } from '../../../errors.ts';
import { overWhite } from '../../colour/over-white.ts';
import { orient } from '../../orient.ts';
import { pngChunks } from '../headers/png.ts';
import type { DecodePixels } from './types.ts';
import { allocate, loadWasm, push } from './wasm-instance.ts';

// In plain sight, so that what traces dependencies finds the file.
const require = createRequire(import.meta.url);

interface LodePng {
  lodepng_decode32(target: number, width: number, height: number, source: number, length: number): number;
}

/** LodePNG in WebAssembly: every kind of PNG, as 8-bit RGBA. It does not apply colour profiles. */
export async function loadWasmPng(): Promise<DecodePixels> {
  const module = await loadWasm<LodePng>(require.resolve('@cwasm/lodepng/lodepng.wasm'));
  return async (bytes, { width, height, orientation }) => {
    checkVolume(bytes, width, height);
    const data = module.run((png) => {
      const facts = allocate(png, 12);
      const status = png.lodepng_decode32(facts, facts + 4, facts + 8, push(png, bytes), bytes.length);
      const [target = 0, w, h] = new Uint32Array(png.memory.buffer, facts, 3);
      if (status !== 0 || w !== width || h !== height) throw new PictorError('IMAGE_CORRUPT');
      return overWhite(new Uint8Array(png.memory.buffer, target, width * height * 4));
    });
    return orient({ width, height, data }, orientation);
  };
}

/**
 * LodePNG unpacks all that a file holds before it looks at the size, so a file of a hundred pixels could fill the memory.
 * Unpacking it here first, with a bound, costs a fraction of the decode.
 */
function checkVolume(bytes: Uint8Array, width: number, height: number): void {
  const parts: Uint8Array[] = [];
  let bitsPerPixel = 64;
  for (const { type, data } of pngChunks(bytes)) {
    if (type === 'IHDR') bitsPerPixel = (data[8] ?? 0) * (CHANNELS[data[9] ?? 0] ?? 4);
    if (type === 'IDAT') parts.push(data);
  }
  const whole = height * (1 + Math.ceil((width * bitsPerPixel) / 8));
  // Interlacing (Adam7) rounds the rows of seven smaller pictures up.
  const most = 2 * whole + 64;
  try {
    inflateSync(Buffer.concat(parts), { maxOutputLength: most });
  } catch (cause) {
    throw new PictorError('IMAGE_CORRUPT', { expected: `${whole} bytes of pixels`, cause });
  }
}

/** Samples a pixel by PNG's colour types: grey, RGB, palette, grey with alpha, RGBA. */
const CHANNELS: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };
