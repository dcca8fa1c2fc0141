/**
 * The parameters of each preset.
 *
 * @module
 */
import type { ByteTrackOptions, SortOptions } from './options.ts';
import type { TrackerPreset } from './types.ts';

/** Steps of the filters' noise in a second. */
export const STEPS_PER_SECOND = 30;

/** A preset: its pipeline, what a frame is to it, and which box it shows. */
export interface PresetDefinition {
  readonly pipeline: ByteTrackOptions | SortOptions;
  /** Real time, or one step for each frame as in the authors' programs. */
  readonly clock: 'media' | 'frames';
  /** The filter's box or the detection's. */
  readonly shows: 'filtered' | 'detected';
}

export const PRESETS: Readonly<Record<TrackerPreset, PresetDefinition>> = {
  default: {
    clock: 'media',
    shows: 'filtered',
    pipeline: {
      kind: 'byte',
      motion: 'xywh',
      highScore: 0.5,
      lowScore: 0.1,
      newScore: 0.6,
      strongPass: { minimum: 0.2, fused: true },
      weakPass: { minimum: 0.55, fused: false },
      tentativePass: { minimum: 0.2, fused: true },
      buffer: 0.6,
      bufferFrom: 3,
      bufferGrowth: 0.05,
      velocityNoise: 0.25,
      predictTentative: true,
      keepLost: 45,
      recallsExpired: false,
      boxMargin: 0,
    },
  },
  bytetrack: {
    clock: 'frames',
    shows: 'filtered',
    pipeline: {
      kind: 'byte',
      motion: 'xyah',
      highScore: 0.6,
      lowScore: 0.1,
      newScore: 0.7,
      strongPass: { minimum: 0.2, fused: true },
      weakPass: { minimum: 0.5, fused: false },
      tentativePass: { minimum: 0.3, fused: true },
      buffer: 0,
      bufferFrom: 0,
      bufferGrowth: 0,
      velocityNoise: 1,
      predictTentative: false,
      keepLost: 30,
      recallsExpired: true,
      boxMargin: 1,
    },
  },
  sort: {
    clock: 'frames',
    shows: 'filtered',
    pipeline: { kind: 'sort', minScore: -1, minOverlap: 0.3, minHits: 3, maxMissed: 1 },
  },
  ocsort: {
    clock: 'frames',
    shows: 'detected',
    pipeline: {
      kind: 'sort',
      minScore: 0.6,
      minOverlap: 0.3,
      minHits: 3,
      maxMissed: 30,
      observations: { directionSpan: 3, inertia: 0.2 },
    },
  },
};
