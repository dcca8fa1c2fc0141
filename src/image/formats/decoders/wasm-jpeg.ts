import { createRequire } from 'node:module';
import { PictorError } from '../../../errors.ts';
import { toSrgb } from '../../colour/to-srgb.ts';
import { orient } from '../../orient.ts';
import type { DecodePixels } from './types.ts';
import { allocate, loadWasm, push } from './wasm-instance.ts';

// In plain sight, so that what traces dependencies finds the file.
const require = createRequire(import.meta.url);

interface TurboJpeg {
  tjInitDecompress(): number;
  tjDecompressHeader3(
    handle: number,
    source: number,
    length: number,
    width: number,
    height: number,
    subsampling: number,
    colorspace: number,
  ): number;
  tjDecompress2(
    handle: number,
    source: number,
    length: number,
    target: number,
    width: number,
    pitch: number,
    height: number,
    format: number,
    flags: number,
  ): number;
}

/** TurboJPEG's number for interleaved RGB. */
const RGB = 0;

/**
 * libjpeg-turbo in WebAssembly. Its warnings (truncated or damaged data) are errors here, as they are in sharp with
 * `failOn: 'error'`. Colours are converted where the profile has no tables, else they stay as they are.
 */
export async function loadWasmJpeg(): Promise<DecodePixels> {
  const module = await loadWasm<TurboJpeg>(require.resolve('@cwasm/jpeg-turbo/jpeg-turbo.wasm'));
  return async (bytes, header, { shrink }) => {
    const pixels = module.run((turbo) => {
      const handle = turbo.tjInitDecompress();
      const source = push(turbo, bytes);
      const facts = allocate(turbo, 16);
      const size = { width: 0, height: 0 };
      if (
        turbo.tjDecompressHeader3(handle, source, bytes.length, facts, facts + 4, facts + 8, facts + 12) === 0
      ) {
        const [width = 0, height = 0] = new Int32Array(turbo.memory.buffer, facts, 2);
        Object.assign(size, { width, height });
      }
      const { width, height } = size;
      if (width !== header.width || height !== header.height) throw new PictorError('IMAGE_CORRUPT');
      // TurboJPEG takes the size to decode to, which must be an eighth, a quarter, a half or the whole, rounded up.
      const across = Math.ceil(width / shrink);
      const down = Math.ceil(height / shrink);
      const target = allocate(turbo, across * down * 3);
      const status = turbo.tjDecompress2(
        handle,
        source,
        bytes.length,
        target,
        across,
        across * 3,
        down,
        RGB,
        0,
      );
      if (status !== 0) throw new PictorError('IMAGE_CORRUPT');
      const data = new Uint8Array(turbo.memory.buffer, target, across * down * 3);
      return { width: across, height: down, data };
    });
    toSrgb(pixels, header);
    return orient(pixels, header.orientation);
  };
}
