import type { Box } from '../../tasks/types.ts';
import type { TrackSummary } from '../types.ts';
import { anchorOf, type Point } from './geometry.ts';
import type { Moment, Observed } from './moment.ts';

/** Seconds over which a speed is measured. */
const SPEED_WINDOW = 1;
/** Seconds after which an object counts as gone: longer than a tracker remembers it. */
const GONE_AFTER = 60;
/** Frames in which an object must be seen to be counted: a tracker confirms at the second, and a mistake goes soon after. */
const COUNTED_HITS = 2;
/** Summaries that are kept for the report. */
const KEPT = 10_000;

interface Known {
  label: string;
  readonly firstSeen: number;
  lastSeen: number;
  hits: number;
  way: number;
  place: Point;
  /** Places of the last second, oldest first. */
  recent: { readonly time: number; readonly place: Point }[];
}

/** Follows each object for what is said of it at the end: how many there were, how long, how fast. */
export class ObjectBook {
  readonly #known = new Map<number, Known>();
  readonly #gone = new Map<string, number>();
  readonly #summaries: TrackSummary[] = [];

  /** Takes in a frame; gives the speed of each object in it, pixels a second. */
  update(objects: readonly Observed[], { time }: Moment): Map<number, number> {
    const speeds = new Map<number, number>();
    for (const { id, label, box } of objects) speeds.set(id, this.#see(id, label, box, time));
    for (const [id, known] of this.#known) if (time - known.lastSeen > GONE_AFTER) this.#settle(id, known);
    return speeds;
  }

  #see(id: number, label: string, box: Box, time: number): number {
    const place = anchorOf(box, 'center');
    const known = this.#known.get(id) ?? {
      label,
      firstSeen: time,
      lastSeen: time,
      hits: 0,
      way: 0,
      place,
      recent: [],
    };
    this.#known.set(id, known);
    known.way += Math.hypot(place[0] - known.place[0], place[1] - known.place[1]);
    Object.assign(known, { label, lastSeen: time, place, hits: known.hits + 1 });
    known.recent = [...known.recent.filter((past) => time - past.time <= SPEED_WINDOW), { time, place }];
    const [oldest] = known.recent;
    if (!oldest || oldest.time === time) return 0;
    return Math.hypot(place[0] - oldest.place[0], place[1] - oldest.place[1]) / (time - oldest.time);
  }

  #settle(id: number, known: Known): void {
    this.#known.delete(id);
    if (known.hits < COUNTED_HITS) return;
    this.#gone.set(known.label, (this.#gone.get(known.label) ?? 0) + 1);
    this.#summaries.push(summaryOf(id, known));
    if (this.#summaries.length > KEPT) this.#summaries.shift();
  }

  /** Different objects so far, by label; one that was seen in a single frame is no object. */
  get unique(): Record<string, number> {
    const counts = Object.fromEntries(this.#gone);
    for (const { label, hits } of this.#known.values()) {
      if (hits >= COUNTED_HITS) counts[label] = (counts[label] ?? 0) + 1;
    }
    return counts;
  }

  /** The last objects, at most 10 000. */
  get summaries(): TrackSummary[] {
    const present = [...this.#known]
      .filter(([, { hits }]) => hits >= COUNTED_HITS)
      .map(([id, known]) => summaryOf(id, known));
    return [...this.#summaries, ...present].toSorted((a, b) => a.id - b.id).slice(-KEPT);
  }
}

function summaryOf(id: number, { label, firstSeen, lastSeen, hits, way }: Known): TrackSummary {
  const seconds = lastSeen - firstSeen;
  return { id, label, firstSeen, lastSeen, hits, speed: seconds > 0 ? way / seconds : 0 };
}
