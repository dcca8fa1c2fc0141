import type { LineCount, VideoEvent } from '../types.ts';
import { anchorOf, meets, type Point, signedDistance } from './geometry.ts';
import type { Moment, Observed } from './moment.ts';
import type { Line } from './options.ts';

/** Seconds after which an object that is not seen has no side any more: longer than a tracker remembers it. */
const FORGET = 60;

/** The last place at which an object was clearly on one side. */
interface Side {
  readonly place: Point;
  readonly negative: boolean;
  seenAt: number;
}

/**
 * Counts crossings. An object has a side only while it is clearly on it, so that a box that trembles on the line does
 * not count; it crosses when it is clearly on the other one and its way met the line.
 */
export class LineCounter {
  readonly #line: Line;
  readonly #sides = new Map<number, Side>();
  readonly #perClass = new Map<string, { in: number; out: number }>();

  constructor(line: Line) {
    this.#line = line;
  }

  update(objects: readonly Observed[], { time, width, height }: Moment): VideoEvent[] {
    const { from, to, anchor, hysteresis, name } = this.#line;
    const a: Point = [from[0] * width, from[1] * height];
    const b: Point = [to[0] * width, to[1] * height];
    const events: VideoEvent[] = [];
    for (const { id, label, box } of objects) {
      const place = anchorOf(box, anchor);
      const distance = signedDistance(a, b, place);
      const before = this.#sides.get(id);
      if (before) before.seenAt = time;
      if (Math.abs(distance) <= hysteresis * Math.min(box.width, box.height)) continue;
      const negative = distance < 0;
      this.#sides.set(id, { place, negative, seenAt: time });
      if (!before || before.negative === negative || !meets(a, b, before.place, place)) continue;
      const direction = negative ? 'in' : 'out';
      const counts = this.#perClass.get(label) ?? { in: 0, out: 0 };
      this.#perClass.set(label, counts);
      counts[direction] += 1;
      events.push({ type: 'cross', line: name, direction, id, label, time });
    }
    for (const [id, { seenAt }] of this.#sides) if (time - seenAt > FORGET) this.#sides.delete(id);
    return events;
  }

  get count(): LineCount {
    const all = [...this.#perClass.values()];
    return {
      name: this.#line.name,
      in: all.reduce((sum, counts) => sum + counts.in, 0),
      out: all.reduce((sum, counts) => sum + counts.out, 0),
      perClass: Object.fromEntries([...this.#perClass].map(([label, counts]) => [label, { ...counts }])),
    };
  }
}
