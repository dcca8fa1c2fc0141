import type { MotionModel } from './motion.ts';

/** One round of matching. */
export interface MatchPass {
  /** Similarity that a pair must exceed, 0..1. */
  readonly minimum: number;
  /** Whether the overlap is multiplied with the detection's score. */
  readonly fused: boolean;
}

/** Parameters of ByteTrack's pipeline. Durations are steps of 1/30 s. */
export interface ByteTrackOptions {
  readonly kind: 'byte';
  readonly motion: MotionModel;
  /** Boxes above it are matched first. */
  readonly highScore: number;
  /** Boxes between it and `highScore` only continue tracks. */
  readonly lowScore: number;
  /** Score from which a box starts a track. */
  readonly newScore: number;
  readonly strongPass: MatchPass;
  readonly weakPass: MatchPass;
  readonly tentativePass: MatchPass;
  /** Share of width and height by which both boxes grow at most on each side before they are compared. */
  readonly buffer: number;
  /** Gap between frames up to which boxes do not grow. */
  readonly bufferFrom: number;
  /** How much more they grow for each step of the gap. */
  readonly bufferGrowth: number;
  /** Factor of the filter's variance of velocity. */
  readonly velocityNoise: number;
  /** Whether an object of one detection is moved on, too. */
  readonly predictTentative: boolean;
  readonly keepLost: number;
  /**
   * Whether an object stays for one more frame when its time is over, and is dropped at its next loss if it comes back
   * in that frame: what the authors' program does.
   */
  readonly recallsExpired: boolean;
  /** Pixels that are added to each side of a box, for the sake of `cython_bbox`. */
  readonly boxMargin: number;
}

/** Parameters of SORT and OC-SORT. Durations are frames. */
export interface SortOptions {
  readonly kind: 'sort';
  /** Boxes at or below this score are not looked at; -1 takes all. */
  readonly minScore: number;
  readonly minOverlap: number;
  /** Detections in a row before an object is shown. */
  readonly minHits: number;
  readonly maxMissed: number;
  /** The observation-centric steps of OC-SORT. */
  readonly observations?: {
    /** Frames over which a direction is measured. */
    readonly directionSpan: number;
    /** Weight of the direction relative to the overlap. */
    readonly inertia: number;
  };
}
