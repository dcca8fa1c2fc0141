import type { Corners } from './motion.ts';

/**
 * IoU of every pair, row-major.
 *
 * @param extra pixels added to each side, as `cython_bbox` counts a box's last pixel (0 or 1)
 */
export function overlapMatrix(
  rows: readonly Corners[],
  columns: readonly Corners[],
  extra = 0,
): Float64Array {
  const iou = new Float64Array(rows.length * columns.length);
  const areas = columns.map(([left, top, right, bottom]) => (right - left + extra) * (bottom - top + extra));
  for (let i = 0; i < rows.length; i += 1) {
    const [left, top, right, bottom] = rows[i] ?? [0, 0, 0, 0];
    const area = (right - left + extra) * (bottom - top + extra);
    for (let j = 0; j < columns.length; j += 1) {
      const other = columns[j] ?? [0, 0, 0, 0];
      const width = Math.min(right, other[2]) - Math.max(left, other[0]) + extra;
      if (!(width > 0)) continue;
      const height = Math.min(bottom, other[3]) - Math.max(top, other[1]) + extra;
      if (!(height > 0)) continue;
      const shared = width * height;
      iou[i * columns.length + j] = shared / (area + (areas[j] ?? 0) - shared);
    }
  }
  return iou;
}

/** A box grown on each side by a share of its width and height. */
export function grow([left, top, right, bottom]: Corners, ratio: number): Corners {
  const x = (right - left) * ratio;
  const y = (bottom - top) * ratio;
  return [left - x, top - y, right + x, bottom + y];
}
