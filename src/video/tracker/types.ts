/**
 * Tracking: detections of a frame in, objects with identities out.
 *
 * @module
 */
import type { Box } from '../../tasks/types.ts';

/** A box of one frame, from Pictor's detector or anybody else's. */
export interface TrackerDetection {
  readonly box: Box;
  /** 0..1. */
  readonly score: number;
  /** Class. Boxes are matched whatever their class; the track's own class is voted for. */
  readonly label?: string;
}

/** An object that is followed through the frames. */
export interface Track<Detection extends TrackerDetection = TrackerDetection> {
  /** From 1, without gaps, never given twice by one tracker. */
  readonly id: number;
  /** Where it is, smoothed by the motion filter; pixels. */
  readonly box: Box;
  /** Class by score-weighted vote of all its detections; absent where those have none. */
  readonly label?: string;
  /** Score of the detection in this frame. */
  readonly score: number;
  /** The detection in this frame. */
  readonly detection: Detection;
  /** Seconds: time of its first detection. */
  readonly firstSeen: number;
  /** Frames in which it was detected. */
  readonly hits: number;
}

/**
 * Follows objects from frame to frame. One tracker serves one camera.
 */
export interface Tracker {
  /**
   * The next frame.
   *
   * @param detections everything found in it, also what scores low
   * @param time seconds of media time, never less than before; steps may differ
   * @returns the confirmed tracks that are seen in this frame
   * @throws OPTION_INVALID for a time that is not finite or goes back, a score outside 0..1, or an invalid box
   */
  update<Detection extends TrackerDetection>(
    detections: readonly Detection[],
    time: number,
  ): Track<Detection>[];
  /** Forgets all objects, e.g. after a cut; ids go on where they were. */
  reset(): void;
  /** Objects that are kept at the moment, the lost ones included. */
  readonly size: number;
  /** Objects that got an id so far. */
  readonly count: number;
}

/** How a tracker behaves. The thresholds are for the pipeline of ByteTrack (`default` and `bytetrack`). */
export interface TrackerOptions {
  /** Default `default`. */
  readonly preset?: TrackerPreset;
  /** Score above which boxes are matched first, 0..1 (default 0.5). A detector's usual threshold is a good value. */
  readonly highScore?: number;
  /** Score above which a box may still continue a track, 0..1 (default 0.1). */
  readonly lowScore?: number;
  /** Score from which a box starts a track, 0..1 (default 0.6, or `highScore` where that is given). */
  readonly newScore?: number;
  /**
   * Share of its width and height that a box may gain on each side before it is compared with others, 0..1
   * (default 0.6). It does so only where frames are more than 0.1 s apart; 0 is right for dense crowds.
   */
  readonly buffer?: number;
  /** Seconds for which an object that is not seen is remembered (default 1.5). */
  readonly keepLost?: number;
}

/** Behaviour of the authors' programs, for comparison, or Pictor's own. */
export type TrackerPreset = 'default' | 'sort' | 'bytetrack' | 'ocsort';
