/**
 * Sequences of boxes with identities, and what their evaluation gives.
 *
 * @module
 */

/** A box of an object in one frame. */
export interface TrackBox {
  /** Identity; unique within a frame. */
  readonly id: number;
  /** Left edge, pixels. */
  readonly x: number;
  /** Upper edge, pixels. */
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Truth and result of one frame. */
export interface TrackedFrame {
  readonly truth: readonly TrackBox[];
  readonly tracks: readonly TrackBox[];
}

/**
 * HOTA, CLEAR MOT and Identity measures. Fractions are 0..1 (MOTA can be negative); a measure without any box to base
 * it on is 0.
 */
export interface TrackingMeasures {
  /** Higher Order Tracking Accuracy, mean over the IoU thresholds 0.05, 0.10 … 0.95. */
  readonly hota: number;
  readonly detA: number;
  readonly assA: number;
  readonly detRe: number;
  readonly detPr: number;
  readonly assRe: number;
  readonly assPr: number;
  readonly locA: number;
  /** Multiple Object Tracking Accuracy, matches at IoU 0.5. */
  readonly mota: number;
  /** Mean IoU of the matches. */
  readonly motp: number;
  /** F1 of the best one-to-one assignment of identities, IoU 0.5. */
  readonly idf1: number;
  readonly idp: number;
  readonly idr: number;
  /** Times that a true object changed the identity it is tracked with. */
  readonly idsw: number;
  readonly tp: number;
  readonly fp: number;
  readonly fn: number;
  /** Times that the tracking of a true object was interrupted. */
  readonly frag: number;
  /** True objects tracked for more than 80 % of their frames. */
  readonly mostlyTracked: number;
  readonly partiallyTracked: number;
  /** True objects tracked for less than 20 % of their frames. */
  readonly mostlyLost: number;
  readonly frames: number;
  readonly truthBoxes: number;
  readonly trackBoxes: number;
  readonly truthIds: number;
  readonly trackIds: number;
}
