/**
 * A camera: always the newest frame, whatever happens to the connection.
 *
 * @module
 */
import { setTimeout as wait } from 'node:timers/promises';
import { monotonicNow } from '../../base/clock.ts';
import { PictorError } from '../../errors.ts';
import { type DecodeOptions, type Decoder, startDecoder } from '../ffmpeg/decode.ts';
import type { Ffmpeg } from '../ffmpeg/find-ffmpeg.ts';
import type { Frame, FrameSource, SourceInfo, SourceState } from '../types.ts';
import { inputArgs, inputName, type VideoAddress } from './address.ts';
import { Newest } from './newest.ts';

/** How a camera is kept alive. */
export interface LiveOptions extends Omit<DecodeOptions, 'seek'> {
  /** Seconds without a frame after which the connection is made again (default 10). */
  readonly silence?: number;
  /** Seconds without any connection after which it is given up (default: never, once a frame has come; 30 before). */
  readonly giveUpAfter?: number;
  /** Seconds between two tries at first; twice as long each time, at most 30 (default 0.5). */
  readonly backOff?: number;
}

const LONGEST_WAIT_MS = 30_000;
/** Seconds that the first frame of a connection, and the first connection of all, may take. */
const FIRST_FRAME_SECONDS = 30;
/** Seconds by which the camera's clock may leave ours before it is set again. */
const CLOCK_TOLERANCE = 5;

/**
 * Frames of a camera. Reading goes on while the receiver works: it gets the newest frame and the others are counted as
 * dropped. A lost connection is made again; time goes on meanwhile.
 *
 * @param info what a first look at it said
 */
export function openLive(
  ffmpeg: Ffmpeg,
  address: VideoAddress,
  stream: string,
  info: SourceInfo,
  options: LiveOptions,
): FrameSource {
  const { silence = 10, backOff = 0.5, giveUpAfter, ...decoding } = options;
  const input = { args: inputArgs(address), name: inputName(address), stream };
  const stop = new AbortController();
  const newest = new Newest<Frame>();
  let decoder: Decoder | undefined;
  let [decoded, delivered, reconnects] = [0, 0, 0];
  let incomplete: string | undefined;
  let lastFrameAt = 0;
  let time = 0;
  let startedAt: number | undefined;
  let used = false;

  /** One connection, to its end. */
  async function connect(): Promise<string> {
    const running = startDecoder(ffmpeg, input, decoding);
    decoder = running;
    const before = decoded;
    lastFrameAt = monotonicNow();
    const watchdog = setInterval(
      () => {
        const timeoutSeconds = decoded > before ? silence : Math.max(silence, FIRST_FRAME_SECONDS);
        if (monotonicNow() - lastFrameAt > timeoutSeconds * 1000) void running.stop();
      },
      Math.min(1000, (silence * 1000) / 4),
    );
    let clock: { readonly pts: number; readonly time: number } | undefined;
    try {
      for await (const frame of running.frames) {
        lastFrameAt = monotonicNow();
        startedAt ??= lastFrameAt;
        const wall = (lastFrameAt - startedAt) / 1000;
        const pts = frame.pts ?? wall;
        clock ??= { pts, time: wall };
        // A camera whose clock jumps, or runs while we were away, is set to ours.
        if (Math.abs(clock.time + pts - clock.pts - wall) > CLOCK_TOLERANCE) clock = { pts, time: wall };
        time = Math.max(time + 0.001, clock.time + pts - clock.pts);
        decoded = before + running.decoded;
        newest.put({ ...frame, index: decoded - 1, time, pts });
      }
    } catch (thrown) {
      // The pipe of an ffmpeg that was ended for its silence is closed under the reader.
      const cut = thrown instanceof Error && 'code' in thrown && thrown.code === 'ERR_STREAM_PREMATURE_CLOSE';
      if (cut) return `no frame for ${silence} s`;
      return thrown instanceof Error ? thrown.message : String(thrown);
    } finally {
      clearInterval(watchdog);
      await running.stop();
    }
    return running.run.log().at(-1) ?? 'the stream ended';
  }

  async function keepConnected(): Promise<void> {
    let tries = 0;
    let lostAt = monotonicNow();
    while (!stop.signal.aborted) {
      const before = decoded;
      const reason = await connect();
      if (stop.signal.aborted) break;
      if (decoded > before) [tries, lostAt] = [0, monotonicNow()];
      incomplete = `the connection was lost ${reconnects + 1} times, the last time: ${reason}`;
      const timeoutSeconds = giveUpAfter ?? (decoded > 0 ? Number.POSITIVE_INFINITY : FIRST_FRAME_SECONDS);
      if (monotonicNow() - lostAt >= timeoutSeconds * 1000) {
        newest.end(
          new PictorError('VIDEO_SOURCE_LOST', {
            expected: `a frame of ${info.name} within ${timeoutSeconds} s`,
            received: reason.replace(/\.$/, ''),
          }),
        );
        return;
      }
      await wait(Math.min(LONGEST_WAIT_MS, backOff * 1000 * 2 ** tries), undefined, {
        signal: stop.signal,
      }).catch(() => {});
      tries += 1;
      reconnects += 1;
    }
    newest.end();
  }

  let running: Promise<void> | undefined;
  async function close(): Promise<void> {
    stop.abort();
    newest.end();
    await decoder?.stop();
    await running;
  }

  async function* read(signal?: AbortSignal): AsyncGenerator<Frame, void> {
    if (used) throw new PictorError('VIDEO_SOURCE_INVALID', { expected: 'a source that was not read yet' });
    used = true;
    const abort = () => void close();
    signal?.addEventListener('abort', abort, { once: true });
    try {
      if (signal?.aborted) throw new PictorError('ABORTED', { cause: signal.reason });
      running = keepConnected();
      for (let frame = await newest.take(); frame; frame = await newest.take()) {
        if (stop.signal.aborted) break;
        delivered += 1;
        yield frame;
      }
      if (signal?.aborted) throw new PictorError('ABORTED', { cause: signal.reason });
    } finally {
      signal?.removeEventListener('abort', abort);
      await close();
    }
  }

  return {
    info: { ...info, live: true },
    get state(): SourceState {
      const state = { decoded, delivered, dropped: newest.dropped, reconnects };
      return { ...state, ...(incomplete !== undefined && { incomplete }) };
    },
    frames: read,
    close,
    [Symbol.asyncDispose]: close,
  };
}
