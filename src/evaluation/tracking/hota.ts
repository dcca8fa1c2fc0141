import { assignPositive } from '../../base/linear-assignment.ts';
import type { ScoredSequence } from './similarity.ts';

/** 0.05, 0.10 … 0.95. */
export const ALPHAS: readonly number[] = Array.from({ length: 19 }, (_, i) => 0.05 * (i + 1));

const EPSILON = Number.EPSILON;

/** Sums of one or several sequences, for each of {@link ALPHAS}. */
export interface HotaSums {
  readonly tp: readonly number[];
  readonly fp: readonly number[];
  readonly fn: readonly number[];
  /** Association scores weighted with the true positives. */
  readonly assA: readonly number[];
  readonly assRe: readonly number[];
  readonly assPr: readonly number[];
  /** IoU of the true positives, summed. */
  readonly loc: readonly number[];
}

/**
 * Sums of HOTA over a sequence: J. Luiten et al., "HOTA: A Higher Order Metric for Evaluating Multi-Object Tracking",
 * IJCV 2021.
 */
export function hotaSums({ frames, truthCounts, trackCounts }: ScoredSequence): HotaSums {
  const pairKey = (truth: number, track: number) => truth * trackCounts.length + track;
  const potential = new Map<number, number>();
  for (const { truth, tracks, iou } of frames) {
    const rowSums = new Float64Array(truth.length);
    const columnSums = new Float64Array(tracks.length);
    iou.forEach((value, k) => {
      const i = Math.floor(k / tracks.length);
      const j = k % tracks.length;
      rowSums[i] = (rowSums[i] ?? 0) + value;
      columnSums[j] = (columnSums[j] ?? 0) + value;
    });
    truth.forEach((t, i) => {
      tracks.forEach((p, j) => {
        const value = iou[i * tracks.length + j] ?? 0;
        const all = (rowSums[i] ?? 0) + (columnSums[j] ?? 0) - value;
        if (value <= 0 || all <= EPSILON) return;
        potential.set(pairKey(t, p), (potential.get(pairKey(t, p)) ?? 0) + value / all);
      });
    });
  }
  const alignment = (truth: number, track: number) => {
    const both = potential.get(pairKey(truth, track)) ?? 0;
    return both / ((truthCounts[truth] ?? 0) + (trackCounts[track] ?? 0) - both);
  };

  const tp = ALPHAS.map(() => 0);
  const fp = ALPHAS.map(() => 0);
  const fn = ALPHAS.map(() => 0);
  const loc = ALPHAS.map(() => 0);
  const matches = new Map<number, Uint32Array>();
  for (const { truth, tracks, iou } of frames) {
    const score = iou.map((value, k) =>
      value > 0
        ? value * alignment(truth[Math.floor(k / tracks.length)] ?? 0, tracks[k % tracks.length] ?? 0)
        : 0,
    );
    const columnOf = assignPositive(score, truth.length, tracks.length);
    const found = ALPHAS.map(() => 0);
    columnOf.forEach((j, i) => {
      if (j < 0) return;
      const value = iou[i * tracks.length + j] ?? 0;
      const key = pairKey(truth[i] ?? 0, tracks[j] ?? 0);
      ALPHAS.forEach((alpha, a) => {
        if (value < alpha - EPSILON) return;
        found[a] = (found[a] ?? 0) + 1;
        loc[a] = (loc[a] ?? 0) + value;
        const counts = matches.get(key) ?? new Uint32Array(ALPHAS.length);
        matches.set(key, counts);
        counts[a] = (counts[a] ?? 0) + 1;
      });
    });
    found.forEach((count, a) => {
      tp[a] = (tp[a] ?? 0) + count;
      fn[a] = (fn[a] ?? 0) + truth.length - count;
      fp[a] = (fp[a] ?? 0) + tracks.length - count;
    });
  }

  const assA = ALPHAS.map(() => 0);
  const assRe = ALPHAS.map(() => 0);
  const assPr = ALPHAS.map(() => 0);
  for (const [key, counts] of matches) {
    const truth = truthCounts[Math.floor(key / trackCounts.length)] ?? 0;
    const track = trackCounts[key % trackCounts.length] ?? 0;
    counts.forEach((count, a) => {
      assA[a] = (assA[a] ?? 0) + (count * count) / Math.max(1, truth + track - count);
      assRe[a] = (assRe[a] ?? 0) + (count * count) / Math.max(1, truth);
      assPr[a] = (assPr[a] ?? 0) + (count * count) / Math.max(1, track);
    });
  }
  return { tp, fp, fn, loc, assA, assRe, assPr };
}

/** Means over the thresholds. */
export function hotaMeasures({ tp, fp, fn, loc, assA, assRe, assPr }: HotaSums) {
  const at = (values: readonly number[], a: number) => values[a] ?? 0;
  const mean = (of: (a: number) => number) => ALPHAS.reduce((sum, _, a) => sum + of(a), 0) / ALPHAS.length;
  const detA = (a: number) => at(tp, a) / Math.max(1, at(tp, a) + at(fn, a) + at(fp, a));
  const associated = (values: readonly number[]) => (a: number) => at(values, a) / Math.max(1, at(tp, a));
  return {
    hota: mean((a) => Math.sqrt(detA(a) * associated(assA)(a))),
    detA: mean(detA),
    assA: mean(associated(assA)),
    detRe: mean((a) => at(tp, a) / Math.max(1, at(tp, a) + at(fn, a))),
    detPr: mean((a) => at(tp, a) / Math.max(1, at(tp, a) + at(fp, a))),
    assRe: mean(associated(assRe)),
    assPr: mean(associated(assPr)),
    locA: mean((a) => (at(tp, a) > 0 ? at(loc, a) / at(tp, a) : 1)),
  };
}
