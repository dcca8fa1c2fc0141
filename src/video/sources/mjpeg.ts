/**
 * Motion JPEG: JPEG pictures one after the other, without ffmpeg.
 *
 * @module
 */
import { createReadStream } from 'node:fs';
import { PictorError } from '../../errors.ts';
import { decodePicture } from '../../image/decode.ts';
import type { FrameSource } from '../types.ts';
import { openStills, type Still, type StillsOptions } from './stills.ts';

/** Bytes of the largest picture that is taken. */
const MAX_BYTES = 32 * 1024 * 1024;
const FRAME_RATE = 25;

const START = Buffer.from([0xff, 0xd8, 0xff]);

/**
 * Cuts a stream into its JPEG pictures, whatever stands between them (the headers of `multipart/x-mixed-replace`). The
 * segments are walked, so that a thumbnail inside a picture does not count as a picture.
 *
 * @throws VIDEO_UNREADABLE when a picture grows beyond 32 MiB
 */
export async function* splitJpegs(stream: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
  let memory = Buffer.alloc(64 * 1024);
  let length = 0;
  let walk: Walk | undefined;
  const drop = (bytes: number) => {
    memory.copyWithin(0, bytes, length);
    length -= bytes;
  };
  for await (const chunk of stream) {
    if (length + chunk.length > memory.length) {
      const larger = Buffer.alloc(2 * (length + chunk.length));
      memory.copy(larger, 0, 0, length);
      memory = larger;
    }
    memory.set(chunk, length);
    length += chunk.length;
    for (;;) {
      if (!walk) {
        const start = memory.subarray(0, length).indexOf(START);
        drop(start < 0 ? Math.max(0, length - 2) : start);
        if (start < 0) break;
        walk = { at: 2, inScan: false };
      }
      const end = pictureEnd(memory.subarray(0, length), walk);
      if (end < 0) break;
      yield new Uint8Array(memory.subarray(0, end));
      drop(end);
      walk = undefined;
    }
    if (length > MAX_BYTES) {
      throw new PictorError('VIDEO_UNREADABLE', {
        expected: `JPEG pictures of at most ${MAX_BYTES / 1024 / 1024} MiB`,
        received: 'one without an end',
      });
    }
  }
}

/** Where a walk through a picture stopped because it ran out of bytes. */
interface Walk {
  at: number;
  inScan: boolean;
}

/** Walks on; gives where the picture ends, -1 when that has not come yet. */
function pictureEnd(bytes: Buffer, walk: Walk): number {
  for (;;) {
    if (walk.inScan) {
      const marker = bytes.indexOf(0xff, walk.at);
      walk.at = marker < 0 ? bytes.length : marker;
      if (marker < 0 || marker + 1 >= bytes.length) return -1;
      const code = bytes[marker + 1] ?? 0;
      if (code === 0xd9) return marker + 2;
      // Stuffed bytes, fill and restarts belong to the scan; anything else is the next segment.
      if (code === 0xff) walk.at = marker + 1;
      else if (code === 0 || (code >= 0xd0 && code <= 0xd7)) walk.at = marker + 2;
      else walk.inScan = false;
      continue;
    }
    if (walk.at + 4 > bytes.length)
      return bytes.readUInt16BE(Math.min(walk.at, bytes.length - 2)) === 0xffd9 &&
        walk.at + 2 === bytes.length
        ? bytes.length
        : -1;
    const code = bytes[walk.at + 1] ?? 0;
    if (code === 0xd9) return walk.at + 2;
    if (bytes[walk.at] !== 0xff)
      walk.inScan = true; // Damaged: only its end is looked for.
    else if (code === 0xff) walk.at += 1;
    else {
      walk.inScan = code === 0xda;
      walk.at += 2 + Math.max(2, bytes.readUInt16BE(walk.at + 2));
      if (walk.at > bytes.length) return -1;
    }
  }
}

/** Counts the pictures of a file, up to a number. */
export async function countJpegs(path: string, enough: number): Promise<number> {
  let count = 0;
  const stream = createReadStream(path);
  try {
    for await (const _ of splitJpegs(stream)) {
      count += 1;
      if (count >= enough) break;
    }
  } finally {
    stream.destroy();
  }
  return count;
}

/**
 * An MJPEG file as a video. It has no timestamps: its frames are evenly apart.
 *
 * @param options selection, and `frameRate`: pictures a second (default 25)
 */
export async function openMjpegFile(
  { path, name }: { readonly path: string; readonly name: string },
  options: StillsOptions & { readonly frameRate?: number },
): Promise<FrameSource> {
  const { frameRate = FRAME_RATE } = options;
  const file = () => createReadStream(path, { highWaterMark: 1024 * 1024 });
  const looking = file();
  let size: { readonly width: number; readonly height: number } | undefined;
  for await (const jpeg of splitJpegs(looking)) {
    size = await decodePicture(jpeg);
    break;
  }
  looking.destroy();
  if (!size)
    throw new PictorError('VIDEO_UNREADABLE', { expected: 'JPEG pictures', received: `none in ${name}` });

  async function* stills(): AsyncGenerator<Still> {
    let index = 0;
    for await (const jpeg of splitJpegs(file())) {
      yield { time: index / frameRate, load: () => decodePicture(jpeg) };
      index += 1;
    }
  }
  const { width, height } = size;
  const info = {
    name,
    live: false,
    width,
    height,
    frameRate,
    codec: 'mjpeg',
    audio: false,
    rotation: 0,
  } as const;
  return openStills(info, stills, options);
}
