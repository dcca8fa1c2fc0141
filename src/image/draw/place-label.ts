/** A rectangle in whole pixels. */
export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/**
 * Finds a place for a label at its box: above it, inside, below, at the left edge and then at the right one; the first
 * that covers no earlier label, else the one that covers least of them.
 *
 * @param box what the label belongs to
 * @param size of the label
 * @param picture size of the picture; the label stays inside
 * @param line thickness of the box's frame
 * @param taken places of the labels so far
 */
export function placeLabel(
  box: Rectangle,
  size: { readonly width: number; readonly height: number },
  picture: { readonly width: number; readonly height: number },
  line: number,
  taken: readonly Rectangle[],
): Rectangle {
  const half = line / 2;
  const bottom = box.y + box.height;
  const rows = [box.y - half - size.height, box.y, bottom + half, bottom - size.height].filter(
    (y) => y >= 0 && y + size.height <= picture.height,
  );
  const columns = [box.x - half, box.x + box.width + half - size.width];
  const places = columns.flatMap((x) =>
    (rows.length > 0 ? rows : [box.y]).map((y) => ({
      ...size,
      x: within(x, picture.width - size.width),
      y: within(y, picture.height - size.height),
    })),
  );
  const covered = places.map((place) => taken.reduce((sum, other) => sum + overlap(place, other), 0));
  const best = places[covered.indexOf(Math.min(...covered))];
  return best ?? { ...size, x: 0, y: 0 };
}

function within(value: number, max: number): number {
  return Math.max(0, Math.min(Math.round(value), max));
}

/** Pixels that both cover. */
function overlap(a: Rectangle, b: Rectangle): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  return Math.max(0, width) * Math.max(0, height);
}
