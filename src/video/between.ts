import type { Box } from '../tasks/types.ts';
import type { FrameObject } from './types.ts';

/**
 * Where objects are in the frames between two that are looked at: each goes on as it last moved, so that boxes neither
 * vanish nor stand still.
 */
export class Between {
  #time = 0;
  #objects: readonly FrameObject[] = [];
  #before = new Map<number, { readonly time: number; readonly box: Box }>();

  /** Takes in a frame that was looked at. */
  see(objects: readonly FrameObject[], time: number): void {
    this.#before = new Map(
      this.#objects.flatMap(({ id, box }) =>
        id === undefined ? [] : [[id, { time: this.#time, box }] as const],
      ),
    );
    this.#objects = objects;
    this.#time = time;
  }

  /** The objects at a time soon after. */
  at(time: number): FrameObject[] {
    return this.#objects.map((object) => {
      const before = object.id === undefined ? undefined : this.#before.get(object.id);
      if (!before || this.#time <= before.time) return object;
      // Never further than it came since the frame before.
      const share = Math.min(1, (time - this.#time) / (this.#time - before.time));
      const { box } = object;
      const x = box.x + (box.x - before.box.x) * share;
      const y = box.y + (box.y - before.box.y) * share;
      return { ...object, box: { ...box, x, y } };
    });
  }
}
