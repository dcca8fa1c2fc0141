/**
 * The pipeline of ByteTrack: strong boxes are matched first, weak ones then continue tracks that would be lost.
 * Y. Zhang et al., "ByteTrack: Multi-Object Tracking by Associating Every Detection Box", ECCV 2022. Boxes may be grown
 * before they are compared: F. Yang et al., "Hard to Track Objects with Irregular Motions and Similar Appearances? Make
 * It Easier by Buffering the Matching Space", WACV 2023. Here they grow with the time between two frames.
 *
 * @module
 */
import { assignPositive } from '../../base/linear-assignment.ts';
import { Motion, measure } from './motion.ts';
import { type Candidate, newObject, type TrackedObject, vote } from './object.ts';
import type { ByteTrackOptions, MatchPass } from './options.ts';
import { grow, overlapMatrix } from './overlap.ts';
import type { Pipeline } from './pipeline.ts';

/** Two tracks that overlap this much are one object. */
const SAME_OBJECT = 0.85;

interface ByteObject extends TrackedObject {
  /** Its time is over; see `recallsExpired`. */
  expired?: boolean;
}

/** ByteTrack's pipeline with its parameters. */
export function createByteTrack(options: ByteTrackOptions): Pipeline {
  const { highScore, lowScore, newScore, boxMargin, motion: model, velocityNoise } = options;
  let tracked: ByteObject[] = [];
  let lost: ByteObject[] = [];

  /** Matches, continues what matched, and gives back what did not. */
  function associate(
    objects: readonly ByteObject[],
    candidates: readonly Candidate[],
    { minimum, fused }: MatchPass,
    frame: { readonly step: number; readonly steps: number },
  ): { readonly missed: ByteObject[]; readonly left: Candidate[] } {
    const growth = Math.min(
      options.buffer,
      Math.max(0, (frame.steps - options.bufferFrom) * options.bufferGrowth),
    );
    const similarity = overlapMatrix(
      objects.map(({ motion }) => grow(motion.corners(), growth)),
      candidates.map(({ corners }) => grow(corners, growth)),
      boxMargin,
    );
    for (let k = 0; k < similarity.length; k += 1) {
      const weight = fused ? (candidates[k % candidates.length]?.score ?? 0) : 1;
      similarity[k] = (similarity[k] ?? 0) * weight - minimum;
    }
    const columnOf = assignPositive(similarity, objects.length, candidates.length);
    const taken = new Set(columnOf);
    objects.forEach((object, row) => {
      const candidate = candidates[columnOf[row] ?? -1];
      if (candidate) see(object, candidate, frame.step);
    });
    return {
      missed: objects.filter((_, row) => columnOf[row] === -1),
      left: candidates.filter((_, column) => !taken.has(column)),
    };
  }

  function see(object: ByteObject, candidate: Candidate, step: number): void {
    object.motion.update(measure(model, candidate.corners));
    object.state = 'tracked';
    object.seenAt = step;
    object.hits += 1;
    object.last = candidate;
    vote(object.votes, candidate);
  }

  /** Whether a lost object is kept for the next frame. */
  function keeps(object: ByteObject, step: number): boolean {
    if (object.expired) return false;
    object.expired = step - object.seenAt > options.keepLost;
    return options.recallsExpired || !object.expired;
  }

  return {
    update(candidates, { step, steps, time, first }) {
      const strong = candidates.filter(({ score }) => score > highScore);
      const weak = candidates.filter(({ score }) => score > lowScore && score < highScore);
      const confirmed = tracked.filter(({ state }) => state === 'tracked');
      const tentative = tracked.filter(({ state }) => state === 'tentative');
      const pool = [...confirmed, ...lost];
      for (const { state, motion } of pool) {
        // A lost object neither grows nor shrinks.
        if (state === 'lost') motion.velocity.fill(0, model === 'xywh' ? 2 : 3);
        motion.predict(steps, velocityNoise);
      }
      if (options.predictTentative) for (const { motion } of tentative) motion.predict(steps, velocityNoise);

      const frame = { step, steps };
      const { missed, left } = associate(pool, strong, options.strongPass, frame);
      const wereSeen = missed.filter(({ state }) => state === 'tracked');
      for (const object of associate(wereSeen, weak, options.weakPass, frame).missed) object.state = 'lost';
      const unconfirmed = associate(tentative, left, options.tentativePass, frame);
      const dropped = new Set(unconfirmed.missed);

      const born = unconfirmed.left
        .filter(({ score }) => score >= newScore)
        .map((candidate): ByteObject => {
          const object = newObject(
            candidate,
            new Motion(model, measure(model, candidate.corners)),
            step,
            time,
          );
          if (first) object.state = 'tracked';
          return object;
        });
      const all = [...confirmed, ...tentative.filter((object) => !dropped.has(object)), ...lost, ...born];
      tracked = all.filter(({ state }) => state !== 'lost');
      lost = all.filter((object) => object.state === 'lost' && keeps(object, step));
      ({ tracked, lost } = withoutDoubles(tracked, lost, boxMargin));
      return tracked.filter(({ state }) => state === 'tracked');
    },
    reset() {
      tracked = [];
      lost = [];
    },
    get size() {
      return tracked.length + lost.length;
    },
  };
}

/** Where a tracked and a lost object lie on each other, the one that has been there longer stays. */
function withoutDoubles(tracked: ByteObject[], lost: ByteObject[], boxMargin: number) {
  const iou = overlapMatrix(
    tracked.map(({ motion }) => motion.corners()),
    lost.map(({ motion }) => motion.corners()),
    boxMargin,
  );
  const doubled = new Set<ByteObject>();
  const age = ({ seenAt, startedAt }: ByteObject) => seenAt - startedAt;
  for (let k = 0; k < iou.length; k += 1) {
    const [a, b] = [tracked[Math.floor(k / lost.length)], lost[k % lost.length]];
    if ((iou[k] ?? 0) > SAME_OBJECT && a && b) doubled.add(age(a) > age(b) ? b : a);
  }
  if (doubled.size === 0) return { tracked, lost };
  const stays = (object: ByteObject) => !doubled.has(object);
  return { tracked: tracked.filter(stays), lost: lost.filter(stays) };
}
