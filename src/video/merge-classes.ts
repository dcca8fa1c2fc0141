import type { Box, Detection } from '../tasks/types.ts';

/** Overlap from which two boxes of different classes are one object. */
const SAME_OBJECT = 0.7;

/**
 * Leaves the best of boxes that lie on each other with different classes: some detectors call one thing two names.
 *
 * @param detections best first
 */
export function mergeClasses<Found extends Pick<Detection, 'box' | 'label'>>(
  detections: readonly Found[],
): readonly Found[] {
  const kept: Found[] = [];
  for (const detection of detections) {
    const double = kept.some(
      (better) => better.label !== detection.label && overlap(better.box, detection.box) > SAME_OBJECT,
    );
    if (!double) kept.push(detection);
  }
  return kept;
}

function overlap(a: Box, b: Box): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  if (width <= 0 || height <= 0) return 0;
  return (width * height) / (a.width * a.height + b.width * b.height - width * height);
}
