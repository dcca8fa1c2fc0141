/**
 * A video with what was found in it drawn on.
 *
 * @module
 */
import type { LineInput, ZoneInput } from '../analytics/options.ts';
import type { AnalyzedFrame } from '../track.ts';
import type { SourceInfo, VideoSummary } from '../types.ts';
import { Overlay } from './overlay.ts';
import { openVideoWriter, type VideoWriterOptions } from './video-writer.ts';

/** Lines and zones that are drawn, and what is written where. */
export interface AnnotatedVideoOptions extends VideoWriterOptions {
  readonly source: SourceInfo;
  readonly lines?: readonly LineInput[];
  readonly zones?: readonly ZoneInput[];
}

/** Annotated frames on their way into a file. */
export interface AnnotatedVideo extends AsyncDisposable {
  /** Encoder that was chosen, e.g. `libx264`. */
  readonly encoder: string;
  /** Draws on a frame's pixels, in place, and appends it. @throws VIDEO_ENCODE_FAILED */
  write(frame: AnalyzedFrame, counts: Pick<VideoSummary, 'lines' | 'zones'>): Promise<void>;
  /** Completes the file. @throws VIDEO_ENCODE_FAILED */
  finish(): Promise<void>;
}

/**
 * Opens an annotated video: boxes with class and identity, trails, lines, zones and their counters over the frames, and
 * the sound of the original.
 *
 * @throws OPTION_INVALID, VIDEO_DECODER_MISSING, VIDEO_ENCODE_FAILED
 * @example
 * const source = await openVideo('traffic.mp4');
 * await using video = await openAnnotatedVideo({ path: 'annotated.mp4', source: source.info, audioFrom: 'traffic.mp4' });
 * const run = track(source, { detector });
 * for await (const frame of run) await video.write(frame, run.summary);
 * await video.finish();
 */
export async function openAnnotatedVideo(options: AnnotatedVideoOptions): Promise<AnnotatedVideo> {
  const overlay = new Overlay(options);
  const writer = await openVideoWriter(options);
  const { firstFrame = 0, live } = options.source;
  const shift = live ? 0 : firstFrame - (options.start ?? 0);
  return {
    encoder: writer.encoder,
    async write(frame, counts) {
      overlay.draw(frame.picture, frame, counts);
      await writer.write(frame.picture, Math.max(0, frame.time + shift));
    },
    finish: () => writer.finish(),
    [Symbol.asyncDispose]: () => writer[Symbol.asyncDispose](),
  };
}
