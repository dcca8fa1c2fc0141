/**
 * The words of video: frames with their time, where they come from, and what is found in them.
 *
 * @module
 */
import type { Box, Verdict } from '../tasks/types.ts';

/** One picture of a video. */
export interface Frame {
  /** Number of the frame in the source, from 0; frames that were left out are counted. */
  readonly index: number;
  /** Seconds since the first frame of the source. */
  readonly time: number;
  /** Seconds as the file counts them; its first frame need not be at 0. */
  readonly pts: number;
  /** Pixels, upright and with square pixels. */
  readonly width: number;
  readonly height: number;
  /** Interleaved 8-bit sRGB, width × height × 3 values. Belongs to the receiver. */
  readonly data: Uint8Array;
}

/** What is known of a source before its frames are read. */
export interface SourceInfo {
  /** What it is called in reports: a file name, an address without password. */
  readonly name: string;
  /** A recording waits for its reader, a live source does not. */
  readonly live: boolean;
  /** Size of the frames that come out, pixels. */
  readonly width: number;
  readonly height: number;
  /** Frames a second on average; absent where it is not known. */
  readonly frameRate?: number;
  /** Seconds; absent where it is not known. */
  readonly duration?: number;
  /** Frames that there should be; absent where the container does not say. */
  readonly frames?: number;
  readonly codec?: string;
  readonly audio: boolean;
  /** Whether only a part of it is read: it was opened with a start or an end. */
  readonly partial?: boolean;
  /** Codec of the sound, e.g. `aac`. */
  readonly audioCodec?: string;
  /** Seconds between the beginning of the file and its first frame. */
  readonly firstFrame?: number;
  /** Clockwise degrees by which the frames were turned to be upright. */
  readonly rotation: 0 | 90 | 180 | 270;
}

/** How reading went. Live: it changes while frames are read. */
export interface SourceState {
  /** Frames that the decoder gave. */
  readonly decoded: number;
  /** Frames that went to the reader. */
  readonly delivered: number;
  /** Frames of a live source that were replaced by newer ones before anybody took them. */
  readonly dropped: number;
  readonly reconnects: number;
  /** Why less came out than should have; absent while nothing is missing. */
  readonly incomplete?: string;
}

/** Frames of a file, a camera, a folder or an animated picture. */
export interface FrameSource extends AsyncDisposable {
  readonly info: SourceInfo;
  readonly state: SourceState;
  /**
   * The frames in order. May be read once; leaving the loop or aborting the signal ends the decoder.
   *
   * @throws VIDEO_* and ABORTED
   */
  frames(signal?: AbortSignal): AsyncIterable<Frame>;
  close(): Promise<void>;
}

/** A box found in a frame, before it is tracked. */
export interface FrameObject {
  readonly label: string;
  readonly zh?: string;
  /** 0..1. */
  readonly score: number;
  /** Pixels of the frame. */
  readonly box: Box;
  /** Identity, where objects are tracked. */
  readonly id?: number;
  /** Pixels a second over the last second, where objects are tracked. */
  readonly speed?: number;
}

/** Something that happened at a moment. */
export type VideoEvent =
  | {
      readonly type: 'enter' | 'leave';
      readonly zone: string;
      readonly id: number;
      readonly label: string;
      readonly time: number;
      readonly dwell?: number;
    }
  | {
      readonly type: 'dwell';
      readonly zone: string;
      readonly id: number;
      readonly label: string;
      readonly time: number;
      readonly dwell: number;
    }
  | {
      readonly type: 'cross';
      readonly line: string;
      readonly direction: 'in' | 'out';
      readonly id: number;
      readonly label: string;
      readonly time: number;
    };

/** What one frame gave. */
export interface FrameResult {
  /** As {@link Frame}. */
  readonly frame: number;
  readonly time: number;
  readonly width: number;
  readonly height: number;
  readonly objects: readonly FrameObject[];
  readonly events: readonly VideoEvent[];
}

/** Crossings of a line. */
export interface LineCount {
  readonly name: string;
  readonly in: number;
  readonly out: number;
  readonly perClass: Readonly<Record<string, { readonly in: number; readonly out: number }>>;
}

/** Visits of a zone. */
export interface ZoneCount {
  readonly name: string;
  /** Objects in it now. */
  readonly occupancy: number;
  readonly maxOccupancy: number;
  /** Objects that entered, or were in it when first seen. */
  readonly entries: number;
  readonly perClass: Readonly<Record<string, number>>;
  /** Seconds of all visits together, the ones under way included. */
  readonly dwell: number;
  readonly longestDwell: number;
}

/** Counts of an interval of media time. */
export interface IntervalCount {
  /** Number of the second or minute, from 0. */
  readonly interval: number;
  /** Seconds. */
  readonly start: number;
  /** Seconds; less than start + length for the last one. */
  readonly end: number;
  /** Frames that were looked at. */
  readonly frames: number;
  /** Different objects seen in the interval, by label. */
  readonly unique: Readonly<Record<string, number>>;
  /** Objects in a frame on average, by label; a fraction. */
  readonly average: Readonly<Record<string, number>>;
}

/** What is known of one object at the end. */
export interface TrackSummary {
  readonly id: number;
  readonly label: string;
  readonly firstSeen: number;
  readonly lastSeen: number;
  /** Frames in which it was seen. */
  readonly hits: number;
  /** Pixels a second, over its way. */
  readonly speed: number;
}

/** A video in numbers. */
export interface VideoSummary {
  readonly source: SourceInfo;
  readonly state: SourceState;
  /** Frames that were looked at. */
  readonly frames: number;
  /** Seconds of media time from the first to the last frame that was looked at. */
  readonly seconds: number;
  /** Different objects, by label; only where objects are tracked. */
  readonly unique: Readonly<Record<string, number>>;
  /** Objects in a frame on average, by label. */
  readonly average: Readonly<Record<string, number>>;
  readonly lines: readonly LineCount[];
  readonly zones: readonly ZoneCount[];
}

/** A label over a part of a video. */
export interface VideoSegment {
  readonly label: string;
  readonly zh?: string;
  /** Seconds of the first and the last frame that showed it. */
  readonly start: number;
  readonly end: number;
  /** Highest score, 0..1, and when. */
  readonly peak: number;
  readonly peakTime: number;
}

/** A frame that a classifier, tagger or moderator looked at. */
export interface WatchedFrame {
  /** As {@link Frame}. */
  readonly frame: number;
  readonly time: number;
  readonly labels: readonly { readonly label: string; readonly zh?: string; readonly score: number }[];
  /** Of a moderator. */
  readonly verdict?: Verdict;
}

/** A watched video in numbers. */
export interface WatchSummary {
  readonly source: SourceInfo;
  readonly state: SourceState;
  /** Frames that were looked at, of those in `state.decoded`. */
  readonly frames: number;
  readonly seconds: number;
  readonly segments: readonly VideoSegment[];
  /** Of a moderator: `pass` only when the whole video was read and no frame was doubtful. */
  readonly verdict?: Verdict;
}
