import type { TrackBox, TrackedFrame } from './types.ts';

/** A frame with its identities as indices from 0 and the IoU of every pair. */
export interface ScoredFrame {
  readonly truth: readonly number[];
  readonly tracks: readonly number[];
  /** IoU, a row for each true box. */
  readonly iou: Float64Array;
}

/** A sequence as all three families of measures read it. */
export interface ScoredSequence {
  readonly frames: readonly ScoredFrame[];
  /** Frames in which each true identity is. */
  readonly truthCounts: readonly number[];
  /** Frames in which each track is. */
  readonly trackCounts: readonly number[];
}

/** Replaces identities by indices and computes the overlaps once. */
export function scoreSequence(frames: readonly TrackedFrame[]): ScoredSequence {
  const truthIndex = new Map<number, number>();
  const trackIndex = new Map<number, number>();
  const truthCounts: number[] = [];
  const trackCounts: number[] = [];
  const indexed = (boxes: readonly TrackBox[], known: Map<number, number>, counts: number[]) =>
    boxes.map(({ id }) => {
      const index = known.get(id) ?? known.size;
      known.set(id, index);
      counts[index] = (counts[index] ?? 0) + 1;
      return index;
    });
  const scored = frames.map(({ truth, tracks }) => ({
    truth: indexed(truth, truthIndex, truthCounts),
    tracks: indexed(tracks, trackIndex, trackCounts),
    iou: overlaps(truth, tracks),
  }));
  return { frames: scored, truthCounts, trackCounts };
}

/** IoU of every pair, row-major, a row for each of `rows`. */
export function overlaps(rows: readonly TrackBox[], columns: readonly TrackBox[]): Float64Array {
  const iou = new Float64Array(rows.length * columns.length);
  rows.forEach((a, i) => {
    columns.forEach((b, j) => {
      const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
      const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
      if (width <= 0 || height <= 0) return;
      const shared = width * height;
      iou[i * columns.length + j] = shared / (a.width * a.height + b.width * b.height - shared);
    });
  });
  return iou;
}
