import { assignPositive } from '../../base/linear-assignment.ts';
import type { MotRow } from './mot-text.ts';
import { overlaps } from './similarity.ts';
import type { TrackBox, TrackedFrame } from './types.ts';

/** Pedestrians are what MOT16, MOT17 and MOT20 count. */
const PEDESTRIAN = 1;
/** Persons on vehicles, static persons, distractors and reflections: a track on one is neither right nor wrong. */
const DISTRACTORS: ReadonlySet<number> = new Set([2, 7, 8, 12]);

/**
 * What counts in a frame, by the rules of MOTChallenge: boxes marked 0 are ignored; where the truth has classes,
 * pedestrians count and tracks that fit a distractor are left out.
 */
export function countedTruth(truth: readonly MotRow[], tracks: readonly TrackBox[]): TrackedFrame {
  const hasClasses = truth.some(({ classId }) => classId > 0);
  const marked = truth.filter(({ confidence }) => Math.trunc(confidence) !== 0);
  if (!hasClasses) return { truth: marked, tracks };
  const iou = overlaps(truth, tracks).map((value) => (value < 0.5 - Number.EPSILON ? 0 : value));
  const dropped = new Set<number>();
  assignPositive(iou, truth.length, tracks.length).forEach((j, i) => {
    if (j >= 0 && DISTRACTORS.has(truth[i]?.classId ?? 0)) dropped.add(j);
  });
  return {
    truth: marked.filter(({ classId }) => classId === PEDESTRIAN),
    tracks: tracks.filter((_, j) => !dropped.has(j)),
  };
}
