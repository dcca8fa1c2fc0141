import type { PictureInfo, Placement } from '../../image/types.ts';
import type { Box } from '../types.ts';
import type { Candidate } from './decoders/types.ts';

type Corners = Pick<Candidate, 'x1' | 'y1' | 'x2' | 'y2'>;

/** Intersection over union of two boxes, 0..1. */
export function overlap(a: Corners, b: Corners): number {
  const width = Math.min(a.x2, b.x2) - Math.max(a.x1, b.x1);
  const height = Math.min(a.y2, b.y2) - Math.max(a.y1, b.y1);
  if (width <= 0 || height <= 0) return 0;
  const shared = width * height;
  return shared / ((a.x2 - a.x1) * (a.y2 - a.y1) + (b.x2 - b.x1) * (b.y2 - b.y1) - shared);
}

/** Best first; ties keep their order. */
export function byScore<Scored extends { readonly score: number }>(candidates: readonly Scored[]): Scored[] {
  return candidates.toSorted((a, b) => b.score - a.score);
}

/**
 * Greedy non-maximum suppression, each class for itself.
 *
 * @param candidates best first
 * @param iouThreshold overlap above which the weaker box goes, 0..1
 * @param limit boxes wanted
 */
export function suppressOverlaps(
  candidates: readonly Candidate[],
  iouThreshold: number,
  limit: number,
): Candidate[] {
  const kept: Candidate[] = [];
  for (const candidate of candidates) {
    if (kept.length >= limit) break;
    const hidden = kept.some(
      (other) => other.classIndex === candidate.classIndex && overlap(other, candidate) > iouThreshold,
    );
    if (!hidden) kept.push(candidate);
  }
  return kept;
}

/** From the model's input to the upright original, clipped to it; undefined when nothing is left. */
export function toOriginal(
  corners: Corners,
  placement: Placement | undefined,
  { width, height }: Pick<PictureInfo, 'width' | 'height'>,
): Box | undefined {
  const { scaleX, scaleY, offsetX, offsetY } = placement ?? { scaleX: 1, scaleY: 1, offsetX: 0, offsetY: 0 };
  const x1 = clamp((corners.x1 - offsetX) / scaleX, width);
  const y1 = clamp((corners.y1 - offsetY) / scaleY, height);
  const x2 = clamp((corners.x2 - offsetX) / scaleX, width);
  const y2 = clamp((corners.y2 - offsetY) / scaleY, height);
  return x2 > x1 && y2 > y1 ? { x: x1, y: y1, width: x2 - x1, height: y2 - y1 } : undefined;
}

const clamp = (value: number, max: number): number => Math.min(max, Math.max(0, value));
