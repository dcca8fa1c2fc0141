import { assignPositive } from '../../base/linear-assignment.ts';
import type { ScoredSequence } from './similarity.ts';

/** IoU from which a box counts as found. */
const THRESHOLD = 0.5;

/** Boxes of the best one-to-one assignment of identities, summed over one or several sequences. */
export interface IdentitySums {
  readonly idtp: number;
  readonly truthBoxes: number;
  readonly trackBoxes: number;
}

/**
 * Sums of the identity measures over a sequence: E. Ristani et al., "Performance Measures and a Data Set for
 * Multi-Target, Multi-Camera Tracking", 2016.
 */
export function identitySums({ frames, truthCounts, trackCounts }: ScoredSequence): IdentitySums {
  // Only pairs that ever overlap, a row for each true object that has one: two long lists of ids would make a huge matrix.
  const common = new Map<number, Map<number, number>>();
  for (const { truth, tracks, iou } of frames) {
    iou.forEach((value, k) => {
      if (value < THRESHOLD) return;
      const object = truth[Math.floor(k / tracks.length)] ?? 0;
      const track = tracks[k % tracks.length] ?? 0;
      const row = common.get(object) ?? new Map<number, number>();
      common.set(object, row);
      row.set(track, (row.get(track) ?? 0) + 1);
    });
  }
  const columnOf = new Map<number, number>();
  for (const row of common.values()) {
    for (const track of row.keys()) if (!columnOf.has(track)) columnOf.set(track, columnOf.size);
  }
  const counts = new Float64Array(common.size * columnOf.size);
  [...common.values()].forEach((row, i) => {
    for (const [track, count] of row) counts[i * columnOf.size + (columnOf.get(track) ?? 0)] = count;
  });
  let idtp = 0;
  assignPositive(counts, common.size, columnOf.size).forEach((j, i) => {
    if (j >= 0) idtp += counts[i * columnOf.size + j] ?? 0;
  });
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  return { idtp, truthBoxes: sum(truthCounts), trackBoxes: sum(trackCounts) };
}

/** F1, precision and recall of identities. */
export function identityMeasures({ idtp, truthBoxes, trackBoxes }: IdentitySums) {
  return {
    idf1: (2 * idtp) / Math.max(1, truthBoxes + trackBoxes),
    idp: idtp / Math.max(1, trackBoxes),
    idr: idtp / Math.max(1, truthBoxes),
    truthBoxes,
    trackBoxes,
  };
}
