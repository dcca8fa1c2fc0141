import type { LineInput, ZoneInput } from '../../video/analytics/options.ts';
import type { FrameObject, LineCount, ZoneCount } from '../../video/types.ts';

/** A camera as the configuration names it. */
export interface StreamInput {
  /** As `openVideo` takes it: `rtsp://`, `http://`, `/dev/video0`. */
  readonly url: string;
  /** Id of a detector (default: the server's first). */
  readonly model?: string | undefined;
  /** Frames looked at a second, at most (default 5). */
  readonly fps?: number | undefined;
  /** 0..1 (default 0.3). */
  readonly minScore?: number | undefined;
  /** Longest side of the frames, pixels (default as they come). */
  readonly longestSide?: number | undefined;
  readonly lines?: readonly LineInput[] | undefined;
  readonly zones?: readonly ZoneInput[] | undefined;
}

export type StreamsInput = Readonly<Record<string, StreamInput>>;

/** What is known of a camera now. The address is left out: it may hold a password. */
export interface StreamView {
  readonly name: string;
  readonly state: 'connecting' | 'live' | 'failed';
  /** Why there is no picture. */
  readonly problem?: string;
  /** Milliseconds since 1970 of the newest frame that was looked at. */
  readonly frameAt?: number;
  readonly width?: number;
  readonly height?: number;
  /** Since the server started: frames looked at, and frames passed over because newer ones were there. */
  readonly frames: number;
  readonly dropped: number;
  /** In the newest frame. */
  readonly objects: readonly FrameObject[];
  /** Different objects since the server started, by label. */
  readonly unique: Readonly<Record<string, number>>;
  readonly lines: readonly LineCount[];
  readonly zones: readonly ZoneCount[];
}
