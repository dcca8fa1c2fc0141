/**
 * SORT and its observation-centric variant.
 * A. Bewley et al., "Simple Online and Realtime Tracking", ICIP 2016.
 * J. Cao et al., "Observation-Centric SORT: Rethinking SORT for Robust Multi-Object Tracking", CVPR 2023.
 *
 * @module
 */
import { assign } from '../../base/linear-assignment.ts';
import { type Corners, type Measurement, Motion, measure } from './motion.ts';
import { type Candidate, newObject, type TrackedObject, vote } from './object.ts';
import type { SortOptions } from './options.ts';
import { overlapMatrix } from './overlap.ts';
import type { Pipeline } from './pipeline.ts';

/** An object with what the observation-centric steps remember of it. */
interface SortObject extends TrackedObject {
  /** Frames since its first detection. */
  age: number;
  /** Frames without a detection. */
  missed: number;
  /** Detections in a row. */
  streak: number;
  predicted: Corners;
  /** Boxes of the last frames by age; at most `directionSpan` and the last one. */
  readonly seen: Map<number, Corners>;
  /** Unit vector (y, x) of its way over the last frames. */
  direction: readonly [number, number];
  /** The filter as it was in the first frame without a detection. */
  beforeGap: { readonly motion: Motion; readonly box: Corners; readonly age: number } | undefined;
}

/** SORT, with the steps of OC-SORT where the options have them. */
export function createSort(options: SortOptions): Pipeline {
  const { minOverlap, minHits, maxMissed, minScore, observations } = options;
  let objects: SortObject[] = [];
  let frames = 0;

  function predict(object: SortObject): boolean {
    const { motion } = object;
    if ((motion.position[2] ?? 0) + (motion.velocity[2] ?? 0) <= 0) motion.velocity[2] = 0;
    motion.predict(1);
    object.age += 1;
    if (object.missed > 0) object.streak = 0;
    object.missed += 1;
    object.predicted = motion.corners();
    return object.predicted.every(Number.isFinite);
  }

  function see(object: SortObject, candidate: Candidate, step: number): void {
    if (observations) {
      const from = seenBefore(object, observations.directionSpan);
      if (from) object.direction = directionOf(from, candidate.corners);
      if (object.beforeGap) replayGap(object, object.beforeGap, candidate.corners);
      object.beforeGap = undefined;
      object.seen.set(object.age, candidate.corners);
      for (const age of object.seen.keys()) {
        if (age < object.age - observations.directionSpan - 1) object.seen.delete(age);
      }
    }
    object.motion.update(measure('xysr', candidate.corners));
    object.missed = 0;
    object.streak += 1;
    object.hits += 1;
    object.seenAt = step;
    object.last = candidate;
    vote(object.votes, candidate);
  }

  /** What a pair is worth: the overlap, and with observations whether the way to the box goes on as before. */
  function worth(candidates: readonly Candidate[], iou: Float64Array): Float64Array {
    if (!observations) return iou;
    const { inertia, directionSpan } = observations;
    return iou.map((value, k) => {
      const candidate = candidates[Math.floor(k / objects.length)];
      const object = objects[k % objects.length];
      const from = object && seenBefore(object, directionSpan);
      if (!candidate || !from) return value;
      const [y, x] = directionOf(from, candidate.corners);
      const cosine = Math.max(-1, Math.min(1, object.direction[0] * y + object.direction[1] * x));
      const angle = (Math.PI / 2 - Math.abs(Math.acos(cosine))) / Math.PI;
      return value + angle * inertia * candidate.score;
    });
  }

  return {
    update(all, { step, time }) {
      frames += 1;
      const candidates = all.filter(({ score }) => score > minScore);
      objects = objects.filter(predict);
      const iou = overlapMatrix(
        candidates.map(({ corners }) => corners),
        objects.map(({ predicted }) => predicted),
      );
      const columnOf =
        unambiguous(iou, candidates.length, objects.length, minOverlap) ??
        assign(worth(candidates, iou), candidates.length, objects.length);
      const left: Candidate[] = [];
      const matched = new Set<SortObject>();
      columnOf.forEach((column, row) => {
        const candidate = candidates[row];
        if (!candidate) return;
        const object = objects[column];
        if (!object || (iou[row * objects.length + column] ?? 0) < minOverlap) left.push(candidate);
        else {
          see(object, candidate, step);
          matched.add(object);
        }
      });
      const born = new Set(observations ? recover(left, matched, step) : left);
      for (const object of objects) {
        if (matched.has(object) || !observations) continue;
        const [box] = [...object.seen.values()].slice(-1);
        if (box) object.beforeGap ??= { motion: object.motion.copy(), box, age: object.age };
      }
      for (const candidate of born) objects.push(sortObject(candidate, step, time));
      const shown = objects.filter(
        ({ missed, streak }) => missed < 1 && (streak >= minHits || frames <= minHits),
      );
      objects = objects.filter(({ missed }) => missed <= maxMissed);
      return shown;
    },
    reset() {
      objects = [];
    },
    get size() {
      return objects.length;
    },
  };

  /** Objects that the prediction lost may lie where they were last seen. Gives the candidates that are still left. */
  function recover(left: readonly Candidate[], matched: Set<SortObject>, step: number): readonly Candidate[] {
    const missing = objects.filter((object) => !matched.has(object));
    if (left.length === 0 || missing.length === 0) return left;
    const iou = overlapMatrix(
      left.map(({ corners }) => corners),
      missing.map(({ last }) => last.corners),
    );
    if (!iou.some((value) => value > minOverlap)) return left;
    const columnOf = assign(iou, left.length, missing.length);
    return left.filter((candidate, row) => {
      const column = columnOf[row] ?? -1;
      const object = missing[column];
      if (!object || (iou[row * missing.length + column] ?? 0) < minOverlap) return true;
      see(object, candidate, step);
      matched.add(object);
      return false;
    });
  }

  function sortObject(candidate: Candidate, step: number, time: number): SortObject {
    return {
      ...newObject(candidate, new Motion('xysr', measure('xysr', candidate.corners)), step, time),
      age: 0,
      missed: 0,
      streak: 0,
      predicted: candidate.corners,
      seen: new Map(),
      direction: [0, 0],
      beforeGap: undefined,
    };
  }
}

/** Pairs above the threshold where nothing else is above it in their row and column. */
function unambiguous(
  iou: Float64Array,
  rows: number,
  columns: number,
  minOverlap: number,
): number[] | undefined {
  const columnOf = new Array<number>(rows).fill(-1);
  const taken = new Set<number>();
  for (let k = 0; k < iou.length; k += 1) {
    if (!((iou[k] ?? 0) > minOverlap)) continue;
    const row = Math.floor(k / columns);
    if (columnOf[row] !== -1 || taken.has(k % columns)) return undefined;
    columnOf[row] = k % columns;
    taken.add(k % columns);
  }
  return taken.size > 0 ? columnOf : undefined;
}

/** The box some frames ago, else the next one since, else the last; nothing for an object of one detection. */
function seenBefore({ seen, age }: SortObject, span: number): Corners | undefined {
  let last: Corners | undefined;
  for (let ago = span; ago > 0; ago -= 1) {
    const box = seen.get(age - ago);
    if (box) return box;
  }
  for (const box of seen.values()) last = box;
  return last;
}

function directionOf(from: Corners, to: Corners): readonly [number, number] {
  const x = (to[0] + to[2] - from[0] - from[2]) / 2;
  const y = (to[1] + to[3] - from[1] - from[3]) / 2;
  const length = Math.hypot(x, y) + 1e-6;
  return [y / length, x / length];
}

/** Takes the filter back to the gap and leads it along the straight line to the new box. */
function replayGap(object: SortObject, gap: NonNullable<SortObject['beforeGap']>, to: Corners): void {
  const frames = object.age - gap.age + 1;
  const [x1, y1, w1, h1] = measure('xywh', gap.box);
  const [x2, y2, w2, h2] = measure('xywh', to);
  const { motion } = gap;
  for (let i = 1; i <= frames; i += 1) {
    const share = i / frames;
    const width = w1 + (w2 - w1) * share;
    const height = h1 + (h2 - h1) * share;
    const virtual: Measurement = [
      x1 + (x2 - x1) * share,
      y1 + (y2 - y1) * share,
      width * height,
      width / height,
    ];
    motion.update(virtual);
    if (i < frames) motion.predict(1);
  }
  object.motion.assign(motion);
}
