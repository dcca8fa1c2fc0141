import type { Box } from '../../tasks/types.ts';

/** A place: x and y. */
export type Point = readonly [number, number];

/** Which point of a box stands for it. */
export type Anchor = 'center' | 'bottom' | 'top' | 'left' | 'right';

/** The anchor of a box, pixels. */
export function anchorOf({ x, y, width, height }: Box, anchor: Anchor): Point {
  const across = { center: 0.5, bottom: 0.5, top: 0.5, left: 0, right: 1 }[anchor];
  const down = { center: 0.5, bottom: 1, top: 0, left: 0.5, right: 0.5 }[anchor];
  return [x + width * across, y + height * down];
}

/** On which side of the way from `a` to `b` a point lies, as a distance in pixels; below 0 is its left. */
export function signedDistance([ax, ay]: Point, [bx, by]: Point, [x, y]: Point): number {
  const length = Math.hypot(bx - ax, by - ay);
  return length === 0 ? 0 : ((bx - ax) * (y - ay) - (by - ay) * (x - ax)) / length;
}

/** Whether the way from `p` to `q` meets the line from `a` to `b`; its ends belong to it. */
export function meets(a: Point, b: Point, p: Point, q: Point): boolean {
  const along = [b[0] - a[0], b[1] - a[1]] as const;
  const way = [q[0] - p[0], q[1] - p[1]] as const;
  const cross = along[0] * way[1] - along[1] * way[0];
  if (cross === 0) return false;
  const share = ((p[0] - a[0]) * way[1] - (p[1] - a[1]) * way[0]) / cross;
  return share >= 0 && share <= 1;
}

/** Whether a point lies in a polygon (even-odd rule). */
export function isInside(polygon: readonly Point[], [x, y]: Point): boolean {
  let inside = false;
  polygon.forEach(([ax, ay], i) => {
    const [bx, by] = polygon[(i + 1) % polygon.length] ?? [0, 0];
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
  });
  return inside;
}
