/**
 * Animated GIF and WebP, without ffmpeg.
 *
 * @module
 */
import sharp from 'sharp';
import { PictorError } from '../../errors.ts';
import type { Pixels } from '../../image/types.ts';
import type { FrameSource } from '../types.ts';
import { openStills, type Still, type StillsOptions } from './stills.ts';

/** Pixels that are decoded at a time: libvips starts at the first frame each time. */
const PIXELS_AT_A_TIME = 64_000_000;
const MAX_FRAMES = 20_000;
/** A shorter delay is shown as 100 ms, as browsers do. */
const SHORTEST_MS = 20;
const DEFAULT_MS = 100;

/** What an animation says of itself. */
export interface AnimationFacts {
  readonly width: number;
  readonly height: number;
  readonly frames: number;
  /** Seconds at which each frame begins. */
  readonly times: readonly number[];
  readonly duration: number;
}

/** Reads the frames' number, size and times. */
export async function animationFacts(input: string | Uint8Array): Promise<AnimationFacts> {
  const meta = await sharp(input, { pages: -1, limitInputPixels: false })
    .metadata()
    .catch((cause: Error) => {
      throw new PictorError('VIDEO_UNREADABLE', { expected: 'an animation', received: cause.message, cause });
    });
  const frames = Math.min(MAX_FRAMES, meta.pages ?? 1);
  const delays = Array.from({ length: frames }, (_, i) => {
    const delay = meta.delay?.[i] ?? DEFAULT_MS;
    return delay < SHORTEST_MS ? DEFAULT_MS : delay;
  });
  let sum = 0;
  const times = delays.map((delay) => {
    const start = sum / 1000;
    sum += delay;
    return start;
  });
  return {
    width: meta.width ?? 0,
    height: meta.pageHeight ?? meta.height ?? 0,
    frames,
    times,
    duration: sum / 1000,
  };
}

/** Decodes some frames of an animation, over white where they are transparent. */
export async function animationFrames(
  input: string | Uint8Array,
  { width, height }: Pick<AnimationFacts, 'width' | 'height'>,
  from: number,
  count: number,
): Promise<Pixels[]> {
  const { data } = await sharp(input, { page: from, pages: count, limitInputPixels: false })
    .flatten({ background: '#fff' })
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  const size = width * height * 3;
  return Array.from({ length: count }, (_, i) => ({
    width,
    height,
    data: data.subarray(i * size, (i + 1) * size),
  }));
}

/**
 * An animation as a video; its delays are the timestamps.
 *
 * @throws VIDEO_UNREADABLE
 */
export async function openAnimation(
  { path, name }: { readonly path: string; readonly name: string },
  options: StillsOptions,
): Promise<FrameSource> {
  const facts = await animationFacts(path);
  const { width, height, frames, times, duration } = facts;
  const atATime = Math.max(1, Math.floor(PIXELS_AT_A_TIME / Math.max(1, width * height)));
  let damaged: string | undefined;

  async function* stills(signal: AbortSignal): AsyncGenerator<Still> {
    for (let from = 0; from < frames && !signal.aborted; from += atATime) {
      const count = Math.min(atATime, frames - from);
      let decoded: Pixels[];
      try {
        decoded = await animationFrames(path, facts, from, count);
      } catch (thrown) {
        damaged = `frames from ${from} on cannot be decoded: ${thrown instanceof Error ? thrown.message : thrown}`;
        return;
      }
      for (const [i, pixels] of decoded.entries()) {
        // A copy: what is given away belongs to the receiver, the strip of frames does not.
        yield { time: times[from + i] ?? 0, load: async () => ({ ...pixels, data: pixels.data.slice() }) };
      }
    }
  }

  const info = {
    name,
    live: false,
    width,
    height,
    frameRate: frames / duration,
    duration,
    frames,
    audio: false,
    rotation: 0,
  } as const;
  return openStills(info, stills, options, () => damaged);
}
