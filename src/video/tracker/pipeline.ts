import type { Candidate, TrackedObject } from './object.ts';

/** The frame's place in time. */
export interface FrameTime {
  /** Since the first frame, in the steps of 1/30 s in which the filters' noise is given; may be a fraction. */
  readonly step: number;
  /** Since the frame before. */
  readonly steps: number;
  /** Media time, seconds. */
  readonly time: number;
  /** Whether this is the first frame. */
  readonly first: boolean;
}

/** How detections become objects: what the presets differ in. */
export interface Pipeline {
  /** Gives the objects to report in this frame. */
  update(candidates: readonly Candidate[], time: FrameTime): readonly TrackedObject[];
  reset(): void;
  /** Objects that are kept, the lost ones included. */
  readonly size: number;
}
