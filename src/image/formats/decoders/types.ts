import type { BufferPool } from '../../../base/buffer-pool.ts';
import type { ImageLimits, Pixels } from '../../types.ts';
import type { PictureHeader } from '../headers/types.ts';

/**
 * Ways to decode: `direct` (Pictor's own, for the commonest JPEGs and BMP), `sharp` (native, everything but BMP) and `wasm`
 * (other libraries in WebAssembly, no native module).
 */
export type DecoderName = 'direct' | 'sharp' | 'wasm';

/**
 * Decodes a picture that has passed the limits into upright sRGB on white.
 *
 * @param pool where memory for the pixels may come from
 * @returns undefined when the picture turns out to be for the next decoder
 * @throws IMAGE_CORRUPT
 */
export type DecodePixels = (
  bytes: Uint8Array,
  header: PictureHeader,
  limits: ImageLimits,
  pool?: BufferPool,
) => Promise<Pixels | undefined>;

/** One way to decode one format. */
export interface Decoder {
  readonly name: DecoderName;
  /** Packages that it loads, and files of theirs that no `import` names: what an archive must hold for it to work. */
  readonly packages: readonly string[];
  readonly files: readonly string[];
  /** Whether it can take this picture; always when absent. */
  readonly accepts?: (header: PictureHeader) => boolean;
  /** Loads it on first use. Rejects where its packages are absent or do not fit the machine. */
  load(): Promise<DecodePixels>;
}
