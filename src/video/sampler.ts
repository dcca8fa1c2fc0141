import type { Frame } from './types.ts';

/** Points of the grid on which two frames are compared. */
const GRID = 16;
/** Mean difference of a colour channel, 0..255, from which a frame shows another scene. */
const OTHER_SCENE = 20;

/**
 * Chooses frames that are worth a look: one for each interval, every one that shows another scene, and all of them in
 * short succession while something is doubtful.
 */
export class Sampler {
  readonly #interval: number;
  #next = Number.NEGATIVE_INFINITY;
  #seen: Float32Array | undefined;
  #doubtUntil = Number.NEGATIVE_INFINITY;

  /** @param interval seconds between two looks at an undisturbed scene */
  constructor(interval: number) {
    this.#interval = interval;
  }

  /** Looks closely for the next seconds. */
  doubt(time: number): void {
    this.#doubtUntil = Math.max(this.#doubtUntil, time + 2 * this.#interval);
  }

  /** Whether a frame is to be looked at. */
  wants(frame: Frame): boolean {
    const now = colours(frame);
    const isOther = !this.#seen || difference(this.#seen, now) > OTHER_SCENE;
    if (!isOther && frame.time < this.#next && frame.time > this.#doubtUntil) return false;
    if (!isOther && frame.time <= this.#doubtUntil && frame.time < this.#next - (this.#interval * 4) / 5)
      return false;
    this.#seen = now;
    this.#next = frame.time + this.#interval;
    return true;
  }
}

/** Colours on a grid. Brightness alone would not tell red from green. */
function colours({ width, height, data }: Frame): Float32Array {
  const grid = new Float32Array(GRID * GRID * 3);
  for (let i = 0; i < GRID * GRID; i += 1) {
    const x = Math.floor((((i % GRID) + 0.5) * width) / GRID);
    const y = Math.floor(((Math.floor(i / GRID) + 0.5) * height) / GRID);
    const at = (y * width + x) * 3;
    grid.set(data.subarray(at, at + 3), i * 3);
  }
  return grid;
}

function difference(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, i) => sum + Math.abs(value - (b[i] ?? 0)), 0) / a.length;
}
