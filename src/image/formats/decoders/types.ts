import type { BufferPool } from '../../../base/buffer-pool.ts';
import type { Shrink } from '../../resize/reduction.ts';
import type { DecoderName, ImageLimits, Pixels } from '../../types.ts';
import type { PictureHeader } from '../headers/types.ts';

/** What is wanted of a decoder besides the picture. */
export interface Decoding {
  readonly limits: ImageLimits;
  /** How many times smaller the pixels may be than the picture is stored; a decoder may give more of them. */
  readonly shrink: Shrink;
  /** Which frame of an animation, 0-based. */
  readonly frame: number;
  /** Where memory for the pixels may come from (default: fresh memory). */
  readonly pool?: BufferPool | undefined;
}

/**
 * Decodes a picture that has passed the limits into upright sRGB on white.
 *
 * @throws IMAGE_CORRUPT
 */
export type DecodePixels = (bytes: Uint8Array, header: PictureHeader, decoding: Decoding) => Promise<Pixels>;

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
