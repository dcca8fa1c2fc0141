import type { FrameObject, IntervalCount } from '../types.ts';

/** Counts of one interval after the other. Holds only the interval that is under way. */
export class IntervalCounter {
  readonly #length: number;
  #interval = 0;
  #frames = 0;
  #lastTime = 0;
  readonly #ids = new Map<number, string>();
  readonly #sums = new Map<string, number>();

  /** @param length seconds; Infinity for the whole video */
  constructor(length: number) {
    this.#length = length;
  }

  /** Takes in a frame; gives the interval that ended before it, if one did. Intervals without frames are left out. */
  update(objects: readonly FrameObject[], time: number): IntervalCount | undefined {
    const interval = Number.isFinite(this.#length) ? Math.floor(time / this.#length + 1e-9) : 0;
    const ended = interval !== this.#interval ? this.#take((this.#interval + 1) * this.#length) : undefined;
    this.#interval = interval;
    this.#frames += 1;
    this.#lastTime = time;
    for (const { id, label } of objects) {
      if (id !== undefined) this.#ids.set(id, label);
      this.#sums.set(label, (this.#sums.get(label) ?? 0) + 1);
    }
    return ended;
  }

  /** The interval under way, which need not be complete. */
  finish(): IntervalCount | undefined {
    return this.#take(Math.min(this.#lastTime, (this.#interval + 1) * this.#length));
  }

  #take(end: number): IntervalCount | undefined {
    if (this.#frames === 0) return undefined;
    const start = this.#interval === 0 ? 0 : this.#interval * this.#length;
    const unique: Record<string, number> = {};
    for (const label of this.#ids.values()) unique[label] = (unique[label] ?? 0) + 1;
    const average = Object.fromEntries([...this.#sums].map(([label, sum]) => [label, sum / this.#frames]));
    const count = { interval: this.#interval, start, end, frames: this.#frames, unique, average };
    this.#frames = 0;
    this.#ids.clear();
    this.#sums.clear();
    return count;
  }
}
