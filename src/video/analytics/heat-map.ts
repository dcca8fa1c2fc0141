import { anchorOf } from './geometry.ts';
import type { Moment, Observed } from './moment.ts';

/** Where objects spent their time. */
export interface HeatMapCells {
  readonly columns: number;
  readonly rows: number;
  /** Seconds in each cell, row by row. */
  readonly seconds: readonly number[];
}

/** A longer gap between frames counts as this, seconds. */
const LONGEST_GAP = 1;

/** Sums the seconds that objects spent in each cell of a grid, by the middle of their lower edge. */
export class HeatMap {
  readonly #columns: number;
  readonly #rows: number;
  readonly #seconds: Float64Array;
  #lastTime: number | undefined;

  constructor(columns = 64, rows = 36) {
    this.#columns = columns;
    this.#rows = rows;
    this.#seconds = new Float64Array(columns * rows);
  }

  update(objects: readonly Pick<Observed, 'box'>[], { time, width, height }: Moment): void {
    const gap = this.#lastTime === undefined ? 0 : Math.min(LONGEST_GAP, time - this.#lastTime);
    this.#lastTime = time;
    for (const { box } of objects) {
      const [x, y] = anchorOf(box, 'bottom');
      const column = Math.min(this.#columns - 1, Math.max(0, Math.floor((x / width) * this.#columns)));
      const row = Math.min(this.#rows - 1, Math.max(0, Math.floor((y / height) * this.#rows)));
      const cell = row * this.#columns + column;
      this.#seconds[cell] = (this.#seconds[cell] ?? 0) + gap;
    }
  }

  get cells(): HeatMapCells {
    return { columns: this.#columns, rows: this.#rows, seconds: Array.from(this.#seconds) };
  }
}
