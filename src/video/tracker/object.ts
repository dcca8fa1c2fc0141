import type { Corners, Motion } from './motion.ts';
import type { TrackerDetection } from './types.ts';

/** A detection of the frame under way, as the pipelines read it. */
export interface Candidate {
  /** Index in the list that the caller gave. */
  readonly index: number;
  readonly corners: Corners;
  readonly score: number;
  readonly label: string | undefined;
}

/**
 * What is known of an object: `tentative` until its second detection, `tracked` while it is seen, `lost` while it may
 * still come back.
 */
export interface TrackedObject {
  state: 'tentative' | 'tracked' | 'lost';
  /** Given when the object is confirmed. */
  id: number | undefined;
  readonly motion: Motion;
  /** Steps of the tracker's clock. */
  readonly startedAt: number;
  seenAt: number;
  /** Media time, seconds. */
  readonly firstSeen: number;
  hits: number;
  /** Sum of scores by label. */
  readonly votes: Map<string, number>;
  /** The detection of this frame. */
  last: Candidate;
}

/** An object at its first detection. */
export function newObject(candidate: Candidate, motion: Motion, step: number, time: number): TrackedObject {
  const object: TrackedObject = {
    state: 'tentative',
    id: undefined,
    motion,
    startedAt: step,
    seenAt: step,
    firstSeen: time,
    hits: 1,
    votes: new Map(),
    last: candidate,
  };
  vote(object.votes, candidate);
  return object;
}

/** Counts a detection's vote for the class. */
export function vote(votes: Map<string, number>, { label, score }: Candidate): void {
  if (label !== undefined) votes.set(label, (votes.get(label) ?? 0) + score);
}

/** The label with most votes; of equals the one that was there first. */
export function elected(votes: ReadonlyMap<string, number>): string | undefined {
  let best: string | undefined;
  let most = Number.NEGATIVE_INFINITY;
  for (const [label, votesOf] of votes) {
    if (votesOf > most) [best, most] = [label, votesOf];
  }
  return best;
}

/** A detection with the corners that the arithmetic wants. */
export function candidateOf({ box, score, label }: TrackerDetection, index: number): Candidate {
  const corners = [box.x, box.y, box.x + box.width, box.y + box.height] as const;
  return { index, corners, score, label };
}
