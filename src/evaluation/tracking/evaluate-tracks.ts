/**
 * How good tracks are: HOTA, CLEAR MOT and Identity, as TrackEval computes them.
 *
 * @module
 */
import { PictorError } from '../../errors.ts';
import { type ClearSums, clearMeasures, clearSums } from './clear.ts';
import { type HotaSums, hotaMeasures, hotaSums } from './hota.ts';
import { type IdentitySums, identityMeasures, identitySums } from './identity.ts';
import { scoreSequence } from './similarity.ts';
import type { TrackBox, TrackedFrame, TrackingMeasures } from './types.ts';

/** Sums of a sequence, from which measures of it and of several together are made. */
export interface TrackingSums {
  readonly hota: HotaSums;
  readonly clear: ClearSums;
  readonly identity: IdentitySums;
  readonly frames: number;
  readonly truthIds: number;
  readonly trackIds: number;
}

/**
 * Measures of one sequence.
 *
 * @param frames truth and tracks of every frame, also of the frames without boxes
 * @throws DATASET_INVALID when an id is twice in a frame
 * @example
 * const box = { x: 10, y: 10, width: 20, height: 40 };
 * const frames = [1, 2, 3].map(() => ({ truth: [{ id: 7, ...box }], tracks: [{ id: 1, ...box }] }));
 * const { hota, idsw } = evaluateTracks(frames);
 * hota; // 1
 * idsw; // 0
 */
export function evaluateTracks(frames: readonly TrackedFrame[]): TrackingMeasures {
  return measuresOf(sumsOf(frames));
}

/** The sums behind {@link evaluateTracks}. */
export function sumsOf(frames: readonly TrackedFrame[]): TrackingSums {
  frames.forEach(({ truth, tracks }, i) => {
    requireUniqueIds(truth, `truth of frame ${i + 1}`);
    requireUniqueIds(tracks, `tracks of frame ${i + 1}`);
  });
  const scored = scoreSequence(frames);
  return {
    hota: hotaSums(scored),
    clear: clearSums(scored),
    identity: identitySums(scored),
    frames: frames.length,
    truthIds: scored.truthCounts.length,
    trackIds: scored.trackCounts.length,
  };
}

/** Sums of several sequences together. */
export function combineSums(all: readonly TrackingSums[]): TrackingSums {
  return {
    hota: addUp(all.map(({ hota }) => hota)),
    clear: addUp(all.map(({ clear }) => clear)),
    identity: addUp(all.map(({ identity }) => identity)),
    frames: all.reduce((sum, { frames }) => sum + frames, 0),
    truthIds: all.reduce((sum, { truthIds }) => sum + truthIds, 0),
    trackIds: all.reduce((sum, { trackIds }) => sum + trackIds, 0),
  };
}

/** What a reader compares, made of sums. */
export function measuresOf({
  hota,
  clear,
  identity,
  frames,
  truthIds,
  trackIds,
}: TrackingSums): TrackingMeasures {
  return {
    ...hotaMeasures(hota),
    ...clearMeasures(clear),
    ...identityMeasures(identity),
    frames,
    truthIds,
    trackIds,
  };
}

function requireUniqueIds(boxes: readonly TrackBox[], where: string): void {
  const seen = new Set<number>();
  for (const { id } of boxes) {
    if (seen.has(id)) {
      throw new PictorError('DATASET_INVALID', {
        expected: 'every id at most once in a frame',
        received: `id ${id} twice in the ${where}`,
      });
    }
    seen.add(id);
  }
}

type Sums = { readonly [key: string]: number | readonly number[] };

/** Adds records of numbers and of lists of numbers, field by field. */
function addUp<Of extends object>(all: readonly Of[]): Of {
  const [first, ...rest] = all as readonly (Of & Sums)[];
  if (!first) throw new RangeError('nothing to add up');
  const add = (field: string) => {
    const values = [first, ...rest].map((one) => (one as Sums)[field] ?? 0);
    return values.reduce((a, b) =>
      typeof a === 'number' ? a + Number(b) : a.map((value, i) => value + ((b as readonly number[])[i] ?? 0)),
    );
  };
  return Object.fromEntries(Object.keys(first).map((field) => [field, add(field)])) as Of;
}
