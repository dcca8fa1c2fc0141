/**
 * A recording: a file, an address or standard input, read from its beginning to its end.
 *
 * @module
 */
import type { Readable } from 'node:stream';
import { PictorError } from '../../errors.ts';
import { type DecodedFrame, type DecodeOptions, type Decoder, startDecoder } from '../ffmpeg/decode.ts';
import type { Ffmpeg } from '../ffmpeg/find-ffmpeg.ts';
import type { Probe } from '../ffmpeg/probe.ts';
import type { FfmpegEnd } from '../ffmpeg/process.ts';
import type { Frame, FrameSource, SourceInfo, SourceState } from '../types.ts';
import { inputArgs, inputName, type VideoAddress } from './address.ts';

/** How a recording is read. Times are seconds since its first frame. */
export interface RecordingOptions extends Omit<DecodeOptions, 'seek'> {
  readonly start?: number;
  readonly end?: number;
}

/**
 * Frames of a recording. ffmpeg waits for the reader, so nothing is lost and memory stays bounded.
 *
 * @param probe what ffprobe knows; without it (standard input) the first frame says how large they are
 */
export async function openRecording(
  ffmpeg: Ffmpeg,
  address: VideoAddress,
  probe: Probe | undefined,
  { start, end, ...options }: RecordingOptions,
  pipe?: Readable,
): Promise<FrameSource> {
  const input = {
    args: inputArgs(address),
    name: inputName(address),
    stream: String(probe?.stream ?? 'v:0'),
  };
  const seek = start !== undefined && probe ? { seek: probe.startTime + start } : {};
  let decoder: Decoder | undefined;
  let iterator: AsyncIterator<DecodedFrame> | undefined;
  let peeked: DecodedFrame | undefined;
  let delivered = 0;
  let incomplete: string | undefined;
  let used = false;

  function begin(): AsyncIterator<DecodedFrame> {
    decoder = startDecoder(ffmpeg, input, { ...options, ...seek }, pipe);
    iterator = decoder.frames[Symbol.asyncIterator]();
    return iterator;
  }

  async function close(): Promise<void> {
    pipe?.destroy();
    await decoder?.stop();
  }

  /** Why there is less than there should be; undefined when all is there. */
  function judge(
    run: FfmpegEnd,
    complaints: number,
    log: readonly string[],
    lastTime: number,
  ): string | undefined {
    const reason = log.findLast((line) => !/deprecated pixel format|image2pipe/.test(line)) ?? '';
    if (run.signal) return `ffmpeg was ended by ${run.signal}`;
    if (run.code !== 0) return `ffmpeg ended with ${run.code}: ${reason}`;
    const wanted = probe?.frames;
    const decoded = decoder?.decoded ?? 0;
    if (
      start === undefined &&
      !options.keyFrames &&
      wanted !== undefined &&
      decoded < wanted &&
      complaints > 0
    ) {
      return `${decoded} of ${wanted} frames could be decoded: ${reason}`;
    }
    const missing = (probe?.duration ?? 0) - lastTime;
    const step = 1 / (probe?.frameRate ?? 1);
    if (!options.keyFrames && complaints > 0) {
      const much = missing > Math.max(1, 3 * step);
      return much ? `${missing.toFixed(1)} s at the end are missing: ${reason}` : `damaged frames: ${reason}`;
    }
    return undefined;
  }

  async function* read(signal?: AbortSignal): AsyncGenerator<Frame, void> {
    if (used) throw new PictorError('VIDEO_SOURCE_INVALID', { expected: 'a source that was not read yet' });
    used = true;
    const abort = () => void close();
    signal?.addEventListener('abort', abort, { once: true });
    let [first, last] = [Number.NaN, 0];
    let whole = false;
    try {
      if (signal?.aborted) throw new PictorError('ABORTED', { cause: signal.reason });
      const frames = iterator ?? begin();
      for (;;) {
        const next = peeked ? { value: peeked, done: false as const } : await frames.next();
        peeked = undefined;
        if (signal?.aborted) throw new PictorError('ABORTED', { cause: signal.reason });
        if (next.done) break;
        const { index, width, height, data } = next.value;
        const pts = next.value.pts ?? index / (probe?.frameRate ?? 25);
        if (Number.isNaN(first)) first = seek.seek === undefined || !probe ? pts : probe.startTime;
        // Frames in wrong order would turn time back.
        last = Math.max(last, pts - first);
        if (end !== undefined && last >= end) return;
        delivered += 1;
        yield { index, time: last, pts, width, height, data };
      }
      whole = true;
      const run = decoder?.run;
      if (!run) return;
      const ended = await run.ended;
      incomplete = judge(ended, run.complaints, run.log(), last);
      if (delivered === 0) throw unreadable(incomplete ?? run.log().at(-1));
    } catch (thrown) {
      // The pipe that was closed under the reader is not what happened.
      if (signal?.aborted) throw new PictorError('ABORTED', { cause: signal.reason });
      throw thrown;
    } finally {
      signal?.removeEventListener('abort', abort);
      if (!whole) await close();
    }
  }

  if (!probe) {
    const next = await begin().next();
    if (next.done) {
      await decoder?.run.ended;
      throw unreadable(decoder?.run.log().at(-1));
    }
    peeked = next.value;
  }

  return {
    info: {
      ...infoOf(address, probe, options, peeked),
      ...((start !== undefined || end !== undefined) && { partial: true }),
    },
    get state(): SourceState {
      return {
        decoded: decoder?.decoded ?? 0,
        delivered,
        dropped: 0,
        reconnects: 0,
        ...(incomplete !== undefined && { incomplete }),
      };
    },
    frames: read,
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** What a probe says of the frames that will come out. */
export function infoOf(
  { name }: VideoAddress,
  probe: Probe | undefined,
  { longestSide }: DecodeOptions,
  frame: { readonly width: number; readonly height: number } = { width: 0, height: 0 },
): SourceInfo {
  if (!probe)
    return { name, live: false, width: frame.width, height: frame.height, audio: false, rotation: 0 };
  const { codec, frameRate, duration, frames, audio, rotation } = probe;
  const upright = rotation % 180 === 0;
  const [w, h] = upright ? [probe.width, probe.height] : [probe.height, probe.width];
  const aspect = upright ? probe.pixelAspect : 1 / probe.pixelAspect;
  const full = [aspect > 1 ? Math.round(w * aspect) : w, aspect < 1 ? Math.round(h / aspect) : h] as const;
  const shrink = Math.min(1, (longestSide ?? Number.POSITIVE_INFINITY) / Math.max(...full));
  return {
    name,
    live: false,
    width: Math.round(full[0] * shrink),
    height: Math.round(full[1] * shrink),
    ...(frameRate !== undefined && { frameRate }),
    ...(duration !== undefined && { duration }),
    ...(frames !== undefined && { frames }),
    ...(codec !== undefined && { codec }),
    audio,
    ...(probe.audioCodec !== undefined && { audioCodec: probe.audioCodec }),
    firstFrame: Math.max(0, probe.startTime - probe.fileStart),
    rotation,
  };
}

function unreadable(reason: string | undefined): PictorError {
  return new PictorError('VIDEO_UNREADABLE', {
    expected: 'a video with at least one frame',
    received: reason?.replace(/\.$/, '') ?? 'none',
  });
}
