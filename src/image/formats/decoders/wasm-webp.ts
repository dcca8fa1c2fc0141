import { createRequire } from 'node:module';
import { PictorError } from '../../../errors.ts';
import { overWhite } from '../../colour/over-white.ts';
import { orient } from '../../orient.ts';
import type { DecodePixels } from './types.ts';
import { allocate, loadWasm, push } from './wasm-instance.ts';

// In plain sight, so that what traces dependencies finds the file.
const require = createRequire(import.meta.url);

interface LibWebp {
  WebPDecodeRGBA(source: number, length: number, width: number, height: number): number;
}

/** libwebp in WebAssembly: still pictures, lossy and lossless. It does not apply colour profiles. */
export async function loadWasmWebp(): Promise<DecodePixels> {
  const module = await loadWasm<LibWebp>(require.resolve('@cwasm/webp/webp.wasm'));
  return async (bytes, { width, height, orientation }) => {
    const data = module.run((webp) => {
      const facts = allocate(webp, 8);
      const target = webp.WebPDecodeRGBA(push(webp, bytes), bytes.length, facts, facts + 4);
      const [w, h] = new Uint32Array(webp.memory.buffer, facts, 2);
      if (target === 0 || w !== width || h !== height) throw new PictorError('IMAGE_CORRUPT');
      return overWhite(new Uint8Array(webp.memory.buffer, target, width * height * 4));
    });
    return orient({ width, height, data }, orientation);
  };
}
