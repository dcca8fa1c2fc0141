/**
 * A video that is made of pictures Pictor can decode itself.
 *
 * @module
 */
import { PictorError } from '../../errors.ts';
import type { Pixels } from '../../image/types.ts';
import type { Frame, FrameSource, SourceInfo, SourceState } from '../types.ts';

/** A picture with its time; decoded only when it is wanted. */
export interface Still {
  /** Seconds since the first one. */
  readonly time: number;
  load(): Promise<Pixels>;
}

/** Which of them are wanted, and how large. */
export interface StillsOptions {
  readonly every?: number;
  readonly fps?: number;
  readonly start?: number;
  readonly end?: number;
  readonly longestSide?: number;
}

/**
 * Pictures one after the other as a source.
 *
 * @param finish called when all were read; says why something is missing
 */
export function openStills(
  info: SourceInfo,
  stills: (signal: AbortSignal) => AsyncIterable<Still>,
  { every = 1, fps, start = 0, end = Number.POSITIVE_INFINITY, longestSide }: StillsOptions,
  finish: () => string | undefined = () => undefined,
): FrameSource {
  const stop = new AbortController();
  let [decoded, delivered] = [0, 0];
  let incomplete: string | undefined;

  async function* read(signal?: AbortSignal): AsyncGenerator<Frame, void> {
    if (decoded > 0)
      throw new PictorError('VIDEO_SOURCE_INVALID', { expected: 'a source that was not read yet' });
    const check = () => {
      if (signal?.aborted) throw new PictorError('ABORTED', { cause: signal.reason });
    };
    const abort = () => stop.abort(signal?.reason);
    signal?.addEventListener('abort', abort, { once: true });
    let slot = Number.NEGATIVE_INFINITY;
    try {
      check();
      for await (const { time, load } of stills(stop.signal)) {
        check();
        if (stop.signal.aborted) return;
        const index = decoded;
        decoded += 1;
        if (time < start || index % every !== 0) continue;
        if (time >= end) return;
        const slotNow = fps === undefined ? index : Math.floor(time * fps + 0.001);
        if (slotNow === slot) continue;
        slot = slotNow;
        const pixels = await shrunk(await load(), longestSide);
        check();
        delivered += 1;
        yield { index, time, pts: time, ...pixels };
      }
      check();
      incomplete = finish();
      if (delivered === 0) {
        throw new PictorError('VIDEO_UNREADABLE', {
          expected: 'at least one frame',
          received: incomplete ?? 'none',
        });
      }
    } finally {
      signal?.removeEventListener('abort', abort);
      stop.abort();
    }
  }

  const close = async () => stop.abort();
  return {
    info: { ...info, ...((start > 0 || end < Number.POSITIVE_INFINITY) && { partial: true }) },
    get state(): SourceState {
      const state = { decoded, delivered, dropped: 0, reconnects: 0 };
      return { ...state, ...(incomplete !== undefined && { incomplete }) };
    },
    frames: read,
    close,
    [Symbol.asyncDispose]: close,
  };
}

async function shrunk(
  { width, height, data }: Pixels,
  longestSide = Number.POSITIVE_INFINITY,
): Promise<Pixels> {
  if (Math.max(width, height) <= longestSide) return { width, height, data };
  const { default: sharp } = await import('sharp');
  const small = await sharp(data, { raw: { width, height, channels: 3 } })
    .resize(longestSide, longestSide, { fit: 'inside' })
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { width: small.info.width, height: small.info.height, data: small.data };
}
