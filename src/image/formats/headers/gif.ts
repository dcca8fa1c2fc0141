import { MAX_FRAMES, tooMany } from './bounds.ts';
import type { GifHeader } from './types.ts';

const EXTENSION = 0x21;
const IMAGE = 0x2c;
const TRAILER = 0x3b;

/**
 * Reads a GIF's screen size and counts its frames (GIF89a).
 *
 * @returns undefined when no frame is described
 * @throws IMAGE_TOO_COMPLEX for more frames than are looked at
 */
export function readGifHeader(bytes: Uint8Array): GifHeader | undefined {
  if (bytes.length < 13) return undefined;
  let width = u16(bytes, 6);
  let height = u16(bytes, 8);
  let frames = 0;
  for (let at = 13 + paletteBytes(bytes[10] ?? 0); at < bytes.length; ) {
    const kind = bytes[at];
    if (kind === TRAILER) break;
    if (kind === EXTENSION) at = skipBlocks(bytes, at + 2);
    else if (kind === IMAGE) {
      if (++frames > MAX_FRAMES) throw tooMany('frames', MAX_FRAMES);
      // Decoders make the canvas large enough for a frame that reaches beyond it.
      width = Math.max(width, u16(bytes, at + 1) + u16(bytes, at + 5));
      height = Math.max(height, u16(bytes, at + 3) + u16(bytes, at + 7));
      at = skipBlocks(bytes, at + 11 + paletteBytes(bytes[at + 9] ?? 0));
    } else at += 1;
  }
  if (frames === 0 || width === 0 || height === 0) return undefined;
  return { format: 'gif', width, height, orientation: 1, frames };
}

/** Bytes of a colour table; the low bits of its flags say how many entries it has. */
function paletteBytes(flags: number): number {
  return (flags & 0x80) === 0 ? 0 : 3 * 2 ** ((flags & 7) + 1);
}

/** Where a chain of sub-blocks ends. */
function skipBlocks(bytes: Uint8Array, start: number): number {
  let at = start;
  while (at < bytes.length && bytes[at] !== 0) at += 1 + (bytes[at] ?? 0);
  return at + 1;
}

function u16(bytes: Uint8Array, at: number): number {
  return (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8);
}
