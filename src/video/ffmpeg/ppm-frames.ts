/**
 * Frames out of a stream of PPM pictures, which say their own size: it may change within a stream.
 *
 * @module
 */
import type { Readable } from 'node:stream';
import { PictorError } from '../../errors.ts';
import type { Pixels } from '../../image/types.ts';

/** Pixels of the largest frame that is taken: 8K with room to spare. */
const MAX_PIXELS = 50_000_000;
const MAX_HEADER = 64;

/**
 * Reads pictures one by one. Memory: the one under way.
 *
 * @param stream binary PPM (`P6`), one after the other
 * @throws VIDEO_UNREADABLE for anything else
 */
export async function* ppmFrames(stream: Readable): AsyncGenerator<Pixels, void> {
  let header = '';
  let frame: { width: number; height: number; data: Uint8Array; filled: number } | undefined;
  for await (const piece of stream as AsyncIterable<Buffer>) {
    let chunk: Uint8Array = piece;
    while (chunk.length > 0) {
      if (!frame) {
        const byte = chunk[0] ?? 0;
        chunk = chunk.subarray(1);
        header += String.fromCharCode(byte);
        const size = /^P6\s(\d+)\s(\d+)\s255\s$/.exec(header);
        if (!size && header.length > MAX_HEADER) throw notFrames(header);
        if (!size) continue;
        const [width, height] = [Number(size[1]), Number(size[2])];
        if (width * height > MAX_PIXELS || width * height === 0)
          throw notFrames(`${width} × ${height} pixels`);
        frame = { width, height, data: new Uint8Array(width * height * 3), filled: 0 };
        header = '';
        continue;
      }
      const part = chunk.subarray(0, frame.data.length - frame.filled);
      frame.data.set(part, frame.filled);
      frame.filled += part.length;
      chunk = chunk.subarray(part.length);
      if (frame.filled < frame.data.length) continue;
      const { width, height, data } = frame;
      frame = undefined;
      yield { width, height, data };
    }
  }
}

function notFrames(received: string): PictorError {
  return new PictorError('VIDEO_UNREADABLE', {
    expected: `frames of 1 to ${MAX_PIXELS / 1e6} megapixels`,
    received: JSON.stringify(received),
  });
}
