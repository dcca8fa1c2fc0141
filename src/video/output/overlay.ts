/**
 * What is drawn on the frames of an annotated video: boxes, identities, trails, lines, zones, counters.
 *
 * @module
 */
import { colorsOf } from '../../image/draw/colors.ts';
import { placeLabel, type Rectangle } from '../../image/draw/place-label.ts';
import type { Pixels } from '../../image/types.ts';
import { anchorOf, type Point } from '../analytics/geometry.ts';
import { type LineInput, resolveLines, resolveZones, type ZoneInput } from '../analytics/options.ts';
import type { FrameObject, FrameResult, VideoSummary } from '../types.ts';
import { Canvas, type Color, labelSize } from './canvas.ts';
import { hashOf } from './hash-of.ts';

/** Seconds of way that a trail shows. */
const TRAIL_SECONDS = 2;

const WHITE: Color = [255, 255, 255];
const BLACK: Color = [0, 0, 0];
const YELLOW: Color = [255, 214, 10];

interface Trail {
  readonly places: { readonly time: number; readonly place: Point }[];
}

/** Draws one frame after the other; remembers the trails. */
export class Overlay {
  readonly #lines: ReturnType<typeof resolveLines>;
  readonly #zones: ReturnType<typeof resolveZones>;
  readonly #trails = new Map<number, Trail>();

  constructor(
    options: { readonly lines?: readonly LineInput[]; readonly zones?: readonly ZoneInput[] } = {},
  ) {
    this.#lines = resolveLines(options.lines);
    this.#zones = resolveZones(options.zones);
  }

  /**
   * Draws on the pixels of a frame, in place.
   *
   * @param result what was found in the frame
   * @param counts of the lines and zones up to it
   */
  draw(pixels: Pixels, result: FrameResult, counts: Pick<VideoSummary, 'lines' | 'zones'>): void {
    const canvas = new Canvas(pixels);
    const scale = Math.max(2, Math.round(Math.min(pixels.width, pixels.height) / 270));
    this.#drawZones(canvas, scale, counts);
    this.#drawLines(canvas, scale, counts);
    this.#drawTrails(canvas, scale, result);
    const taken: Rectangle[] = [];
    for (const object of result.objects) drawObject(canvas, scale, object, taken);
  }

  #drawLines(canvas: Canvas, scale: number, { lines }: Pick<VideoSummary, 'lines'>): void {
    for (const { name, from, to } of this.#lines) {
      const a: Point = [from[0] * canvas.width, from[1] * canvas.height];
      const b: Point = [to[0] * canvas.width, to[1] * canvas.height];
      canvas.line(a, b, 2 * scale, BLACK);
      canvas.line(a, b, scale, YELLOW);
      const count = lines.find((line) => line.name === name);
      const text = `${name}: in ${count?.in ?? 0} out ${count?.out ?? 0}`;
      canvas.label(ascii(text), a[0], a[1] + 2 * scale, scale, YELLOW, BLACK);
    }
  }

  #drawZones(canvas: Canvas, scale: number, { zones }: Pick<VideoSummary, 'zones'>): void {
    for (const { name, points } of this.#zones) {
      const corners = points.map(([x, y]): Point => [x * canvas.width, y * canvas.height]);
      corners.forEach((corner, i) => {
        const next = corners[(i + 1) % corners.length] ?? corner;
        canvas.line(corner, next, 2 * scale, BLACK);
        canvas.line(corner, next, scale, WHITE);
      });
      const [x, y] = corners[0] ?? [0, 0];
      const zone = zones.find((one) => one.name === name);
      const text = `${name}: ${zone?.occupancy ?? 0} now, ${zone?.entries ?? 0} in all`;
      canvas.label(ascii(text), x, y, scale, WHITE, BLACK);
    }
  }

  #drawTrails(canvas: Canvas, scale: number, { objects, time }: FrameResult): void {
    for (const { id, box } of objects) {
      if (id === undefined) continue;
      const trail = this.#trails.get(id) ?? { places: [] };
      this.#trails.set(id, trail);
      trail.places.push({ time, place: anchorOf(box, 'bottom') });
    }
    for (const [id, { places }] of this.#trails) {
      while ((places[0]?.time ?? time) < time - TRAIL_SECONDS) places.shift();
      if (places.length === 0) this.#trails.delete(id);
      const color = rgb(colorsOf(id).box);
      places.forEach(({ place }, i) => {
        const before = places[i - 1]?.place;
        if (before) canvas.line(before, place, scale, color);
      });
    }
  }
}

function drawObject(canvas: Canvas, scale: number, object: FrameObject, taken: Rectangle[]): void {
  const { box, id, label, score } = object;
  const colors = colorsOf(id ?? hashOf(label));
  const color = rgb(colors.box);
  const { x, y, width, height } = box;
  // A dark edge on both sides keeps the frame visible on a ground of its own colour.
  canvas.outline(x - 1, y - 1, width + 2, height + 2, scale + 2, BLACK);
  canvas.outline(x, y, width, height, scale, color);
  const text = ascii(id === undefined ? `${label} ${Math.round(score * 100)}%` : `${label} #${id}`);
  const place = placeLabel(box, labelSize(text, scale), canvas, scale, taken);
  taken.push(place);
  canvas.label(text, place.x, place.y, scale, color, rgb(colors.text));
}

function rgb(hex: string): Color {
  const value = Number.parseInt(hex.slice(1), 16);
  return [value >> 16, (value >> 8) & 0xff, value & 0xff];
}

/** The font has no more, and a name may be long. */
function ascii(text: string): string {
  return text.replaceAll(/[^ -~]/g, '?').slice(0, 60);
}
