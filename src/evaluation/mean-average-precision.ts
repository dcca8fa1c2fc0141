import type { Box } from '../tasks/types.ts';

/** A box that should be found. */
export interface TruthBox {
  readonly classIndex: number;
  readonly box: Box;
  /** A region of many objects: finds inside count neither way. */
  readonly crowd?: boolean;
}

/** A box that was found. */
export interface FoundBox {
  readonly classIndex: number;
  readonly box: Box;
  readonly score: number;
}

/** Truth and finds of one picture. */
export interface EvaluatedPicture {
  readonly truth: readonly TruthBox[];
  readonly found: readonly FoundBox[];
}

export interface DetectionScores {
  /** Mean average precision at an overlap of 0.5. */
  readonly map50: number;
  /** The mean over overlaps 0.5, 0.55 … 0.95. */
  readonly map: number;
  readonly perClass: readonly {
    readonly classIndex: number;
    readonly truths: number;
    readonly ap50: number;
    readonly ap: number;
  }[];
}

const THRESHOLDS = Array.from({ length: 10 }, (_, i) => 0.5 + i * 0.05);

/**
 * COCO's mean average precision: finds of all pictures by score, each matched to the free truth box that it overlaps
 * most, precision made monotonic and read at 101 recalls. Classes without truth do not count.
 *
 * Lin et al., "Microsoft COCO", arXiv:1405.0312; the evaluation of its reference implementation.
 *
 * @param pictures truth and finds; at most 100 finds of a class and picture count
 */
export function meanAveragePrecision(pictures: readonly EvaluatedPicture[]): DetectionScores {
  const classes = new Set(
    pictures.flatMap(({ truth }) => truth.filter(({ crowd }) => !crowd).map(({ classIndex }) => classIndex)),
  );
  const perClass = [...classes]
    .toSorted((a, b) => a - b)
    .map((classIndex) => {
      const own = pictures.map(({ truth, found }) => ({
        truth: truth.filter((item) => item.classIndex === classIndex),
        found: found
          .filter((item) => item.classIndex === classIndex)
          .toSorted((a, b) => b.score - a.score)
          .slice(0, 100),
      }));
      const precisions = THRESHOLDS.map((threshold) => averagePrecision(own, threshold));
      const truths = own.reduce((sum, { truth }) => sum + truth.filter(({ crowd }) => !crowd).length, 0);
      return { classIndex, truths, ap50: precisions[0] ?? 0, ap: mean(precisions) };
    });
  return { map50: mean(perClass.map(({ ap50 }) => ap50)), map: mean(perClass.map(({ ap }) => ap)), perClass };
}

function averagePrecision(pictures: readonly EvaluatedPicture[], threshold: number): number {
  const hits = pictures.flatMap((picture) => match(picture, threshold)).toSorted((a, b) => b.score - a.score);
  const total = pictures.reduce((sum, { truth }) => sum + truth.filter(({ crowd }) => !crowd).length, 0);
  let right = 0;
  const curve = hits.map(({ hit }, i) => {
    if (hit) right += 1;
    return { recall: right / total, precision: right / (i + 1) };
  });
  let best = 0;
  const envelope = curve
    .toReversed()
    .map(({ recall, precision }) => {
      best = Math.max(best, precision);
      return { recall, precision: best };
    })
    .toReversed();
  let sum = 0;
  for (let step = 0; step <= 100; step++) {
    // 1e-9 keeps a recall that should equal the step from falling below it by rounding.
    sum += envelope.find(({ recall }) => recall >= step / 100 - 1e-9)?.precision ?? 0;
  }
  return sum / 101;
}

function match({ truth, found }: EvaluatedPicture, threshold: number): { score: number; hit: boolean }[] {
  const taken = new Set<TruthBox>();
  const result: { score: number; hit: boolean }[] = [];
  for (const { box, score } of found) {
    let best: TruthBox | undefined;
    let bestOverlap = Math.min(threshold, 1 - 1e-10);
    for (const candidate of truth) {
      if (candidate.crowd || taken.has(candidate)) continue;
      const shared = boxOverlap(box, candidate.box);
      if (shared < bestOverlap) continue;
      best = candidate;
      bestOverlap = shared;
    }
    if (best) taken.add(best);
    else if (truth.some((item) => item.crowd && shareInside(box, item.box) >= threshold)) continue;
    result.push({ score, hit: best !== undefined });
  }
  return result;
}

function intersection(a: Box, b: Box): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  return width > 0 && height > 0 ? width * height : 0;
}

function boxOverlap(a: Box, b: Box): number {
  const shared = intersection(a, b);
  return shared / (a.width * a.height + b.width * b.height - shared);
}

const shareInside = (box: Box, crowd: Box): number => intersection(box, crowd) / (box.width * box.height);

const mean = (values: readonly number[]): number =>
  values.length === 0 ? 0 : values.reduce((a, b) => a + b, 0) / values.length;
