import { assignPositive } from '../../base/linear-assignment.ts';
import type { ScoredSequence } from './similarity.ts';

/** IoU from which a box counts as found. */
const THRESHOLD = 0.5;

/** Sums of one or several sequences. */
export interface ClearSums {
  readonly tp: number;
  readonly fp: number;
  readonly fn: number;
  readonly idsw: number;
  readonly frag: number;
  readonly mostlyTracked: number;
  readonly partiallyTracked: number;
  readonly mostlyLost: number;
  /** IoU of the matches, summed. */
  readonly iou: number;
}

/**
 * Sums of CLEAR MOT over a sequence: K. Bernardin, R. Stiefelhagen, "Evaluating Multiple Object Tracking Performance",
 * EURASIP 2008. A pair of the frame before is kept while it overlaps, as TrackEval does.
 */
export function clearSums({ frames, truthCounts }: ScoredSequence): ClearSums {
  let [tp, fp, fn, idsw, iouSum] = [0, 0, 0, 0, 0];
  // The last track of each true object, whenever that was, and the one of the frame before.
  const lastTrack = new Map<number, number>();
  let trackBefore = new Map<number, number>();
  const found = new Uint32Array(truthCounts.length);
  const starts = new Uint32Array(truthCounts.length);
  for (const { truth, tracks, iou } of frames) {
    fn += truth.length;
    fp += tracks.length;
    if (truth.length === 0 || tracks.length === 0) continue;
    const score = iou.map((value, k) => {
      if (value < THRESHOLD - Number.EPSILON) return 0;
      const before = trackBefore.get(truth[Math.floor(k / tracks.length)] ?? -1);
      return value + (before !== undefined && before === tracks[k % tracks.length] ? 1000 : 0);
    });
    const trackNow = new Map<number, number>();
    assignPositive(score, truth.length, tracks.length).forEach((j, i) => {
      const object = truth[i];
      const track = tracks[j];
      if (object === undefined || track === undefined) return;
      const last = lastTrack.get(object);
      if (last !== undefined && last !== track) idsw += 1;
      if (!trackBefore.has(object)) starts[object] = (starts[object] ?? 0) + 1;
      lastTrack.set(object, track);
      trackNow.set(object, track);
      found[object] = (found[object] ?? 0) + 1;
      tp += 1;
      iouSum += iou[i * tracks.length + j] ?? 0;
    });
    trackBefore = trackNow;
  }
  let [frag, mostlyTracked, partiallyTracked] = [0, 0, 0];
  truthCounts.forEach((count, object) => {
    const ratio = (found[object] ?? 0) / count;
    if (ratio > 0.8) mostlyTracked += 1;
    else if (ratio >= 0.2) partiallyTracked += 1;
    frag += Math.max(0, (starts[object] ?? 0) - 1);
  });
  const mostlyLost = truthCounts.length - mostlyTracked - partiallyTracked;
  return {
    tp,
    fp: fp - tp,
    fn: fn - tp,
    idsw,
    frag,
    mostlyTracked,
    partiallyTracked,
    mostlyLost,
    iou: iouSum,
  };
}

/** MOTA and MOTP with the counts behind them. */
export function clearMeasures({ iou, ...counts }: ClearSums) {
  const { tp, fp, fn, idsw } = counts;
  return {
    mota: (tp - fp - idsw) / Math.max(1, tp + fn),
    motp: iou / Math.max(1, tp),
    ...counts,
  };
}
