import type { VideoEvent, ZoneCount } from '../types.ts';
import { anchorOf, isInside, type Point } from './geometry.ts';
import type { Moment, Observed } from './moment.ts';
import type { Zone } from './options.ts';

interface Visit {
  readonly label: string;
  readonly since: number;
  /** When it was last seen inside. */
  lastInside: number;
  told: boolean;
}

/** Counts visits. Times are media time: a recording that is read faster or slower gives the same numbers. */
export class ZoneCounter {
  readonly #zone: Zone;
  readonly #visits = new Map<number, Visit>();
  readonly #entries = new Map<string, number>();
  #maxOccupancy = 0;
  #dwell = 0;
  #longest = 0;

  constructor(zone: Zone) {
    this.#zone = zone;
  }

  update(objects: readonly Observed[], { time, width, height }: Moment): VideoEvent[] {
    const { name, points, anchor, dwell } = this.#zone;
    const polygon = points.map(([x, y]): Point => [x * width, y * height]);
    const events: VideoEvent[] = [];
    for (const { id, label, box } of objects) {
      if (!isInside(polygon, anchorOf(box, anchor))) continue;
      const visit = this.#visits.get(id);
      if (visit) {
        visit.lastInside = time;
        if (dwell === undefined || visit.told || time - visit.since <= dwell) continue;
        visit.told = true;
        events.push({ type: 'dwell', zone: name, id, label, time, dwell: time - visit.since });
        continue;
      }
      this.#visits.set(id, { label, since: time, lastInside: time, told: false });
      this.#entries.set(label, (this.#entries.get(label) ?? 0) + 1);
      events.push({ type: 'enter', zone: name, id, label, time });
    }
    for (const [id, visit] of this.#visits) {
      if (time - visit.lastInside > this.#zone.grace) events.push(this.#end(id, visit));
    }
    this.#maxOccupancy = Math.max(this.#maxOccupancy, this.#visits.size);
    return events;
  }

  #end(id: number, { label, since, lastInside }: Visit): VideoEvent {
    this.#visits.delete(id);
    const dwell = lastInside - since;
    this.#dwell += dwell;
    this.#longest = Math.max(this.#longest, dwell);
    return { type: 'leave', zone: this.#zone.name, id, label, time: lastInside, dwell };
  }

  get count(): ZoneCount {
    const underWay = [...this.#visits.values()].map(({ since, lastInside }) => lastInside - since);
    return {
      name: this.#zone.name,
      occupancy: this.#visits.size,
      maxOccupancy: this.#maxOccupancy,
      entries: [...this.#entries.values()].reduce((sum, count) => sum + count, 0),
      perClass: Object.fromEntries(this.#entries),
      dwell: underWay.reduce((sum, dwell) => sum + dwell, this.#dwell),
      longestDwell: Math.max(this.#longest, ...underWay, 0),
    };
  }
}
