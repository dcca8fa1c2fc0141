/**
 * Drawing on the pixels of a frame, in place. Everything is clipped to the frame.
 *
 * @module
 */
import { DOT_ROWS, dotsOf } from '../../image/draw/dot-font.ts';
import type { Pixels } from '../../image/types.ts';

/** Red, green, blue, 0..255. */
export type Color = readonly [number, number, number];

/** A place in pixels. */
type Place = readonly [number, number];

export class Canvas {
  readonly width: number;
  readonly height: number;
  readonly #data: Uint8Array;

  constructor({ width, height, data }: Pixels) {
    this.width = width;
    this.height = height;
    this.#data = data;
  }

  /** @param opacity 0..1 (default 1) */
  fill(x: number, y: number, width: number, height: number, [r, g, b]: Color, opacity = 1): void {
    const left = Math.max(0, Math.round(x));
    const right = Math.min(this.width, Math.round(x + width));
    const top = Math.max(0, Math.round(y));
    const bottom = Math.min(this.height, Math.round(y + height));
    const rest = 1 - opacity;
    for (let row = top; row < bottom; row += 1) {
      for (let at = (row * this.width + left) * 3; at < (row * this.width + right) * 3; at += 3) {
        this.#data[at] = r * opacity + (this.#data[at] ?? 0) * rest;
        this.#data[at + 1] = g * opacity + (this.#data[at + 1] ?? 0) * rest;
        this.#data[at + 2] = b * opacity + (this.#data[at + 2] ?? 0) * rest;
      }
    }
  }

  /** A frame of a box; lies inside it. */
  outline(x: number, y: number, width: number, height: number, thick: number, color: Color): void {
    this.fill(x, y, width, thick, color);
    this.fill(x, y + height - thick, width, thick, color);
    this.fill(x, y + thick, thick, height - 2 * thick, color);
    this.fill(x + width - thick, y + thick, thick, height - 2 * thick, color);
  }

  line([x1, y1]: Place, [x2, y2]: Place, thick: number, color: Color): void {
    // No longer than what can be seen: an end may lie far outside.
    const steps = Math.min(
      4 * (this.width + this.height),
      Math.ceil(Math.max(Math.abs(x2 - x1), Math.abs(y2 - y1), 1)),
    );
    for (let i = 0; i <= steps; i += 1) {
      const x = x1 + ((x2 - x1) * i) / steps;
      const y = y1 + ((y2 - y1) * i) / steps;
      this.fill(x - thick / 2, y - thick / 2, thick, thick, color);
    }
  }

  /** A line of text on a ground of its own. @param scale pixels of a dot */
  label(text: string, x: number, y: number, scale: number, ground: Color, ink: Color): void {
    const { width, height } = labelSize(text, scale);
    const left = Math.max(0, Math.min(x, this.width - width));
    const top = Math.max(0, Math.min(y, this.height - height));
    this.fill(left, top, width, height, ground);
    dotsOf(text).forEach((dots, column) => {
      for (let row = 0; row < DOT_ROWS; row += 1) {
        if ((dots & (1 << row)) === 0) continue;
        this.fill(left + (column + 1) * scale, top + (row + 1) * scale, scale, scale, ink);
      }
    });
  }
}

/** Pixels that a label takes. */
export function labelSize(text: string, scale: number): { readonly width: number; readonly height: number } {
  return { width: (dotsOf(text).length + 2) * scale, height: (DOT_ROWS + 1) * scale };
}
