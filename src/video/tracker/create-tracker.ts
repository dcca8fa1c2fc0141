/**
 * A tracker over any detections.
 *
 * @module
 */
import { PictorError } from '../../errors.ts';
import { createByteTrack } from './byte-track.ts';
import { candidateOf, elected, type TrackedObject } from './object.ts';
import type { Pipeline } from './pipeline.ts';
import { PRESETS, STEPS_PER_SECOND } from './presets.ts';
import { createSort } from './sort.ts';
import type { Track, Tracker, TrackerDetection, TrackerOptions } from './types.ts';

/**
 * A tracker: boxes of any detector in, the same boxes with identities out. The presets `sort`, `bytetrack` and `ocsort`
 * behave as their authors' programs, frame by frame; `default` knows what time it is.
 *
 * @param options preset and thresholds
 * @throws OPTION_INVALID
 * @example
 * const tracker = createTracker({ highScore: 0.3 });
 * const box = { x: 10, y: 10, width: 40, height: 80 };
 * tracker.update([{ box, score: 0.9, label: 'person' }], 0);
 * const [track] = tracker.update([{ box: { ...box, x: 14 }, score: 0.9, label: 'person' }], 0.1);
 * track?.id; // 1
 * track?.label; // 'person'
 */
export function createTracker(options: TrackerOptions = {}): Tracker {
  const { preset = 'default' } = options;
  const definition = Object.hasOwn(PRESETS, preset) ? PRESETS[preset] : undefined;
  if (!definition) {
    throw new PictorError('OPTION_INVALID', {
      expected: `a tracker out of ${Object.keys(PRESETS).join(', ')}`,
      received: String(preset),
    });
  }
  const { clock, shows } = definition;
  const pipeline = pipelineOf(definition.pipeline, options);
  let started: number | undefined;
  let last = 0;
  let frames = 0;
  let count = 0;

  function trackOf<Detection extends TrackerDetection>(
    object: TrackedObject,
    detections: readonly Detection[],
  ): Track<Detection>[] {
    const detection = detections[object.last.index];
    if (!detection) return [];
    if (object.id === undefined) {
      count += 1;
      object.id = count;
    }
    const [left, top, right, bottom] = shows === 'filtered' ? object.motion.corners() : object.last.corners;
    const label = elected(object.votes);
    return [
      {
        id: object.id,
        box: { x: left, y: top, width: right - left, height: bottom - top },
        ...(label !== undefined && { label }),
        score: detection.score,
        detection,
        firstSeen: object.firstSeen,
        hits: object.hits,
      },
    ];
  }

  return {
    update(detections, time) {
      if (!Number.isFinite(time) || (started !== undefined && time < last)) {
        throw new PictorError('OPTION_INVALID', {
          expected: `a time in seconds${started === undefined ? '' : ` of at least ${last}`}`,
          received: String(time),
        });
      }
      const candidates = detections.map((detection, index) => candidateOf(checked(detection), index));
      const first = started === undefined;
      started ??= time;
      const real = clock === 'media';
      const objects = pipeline.update(candidates, {
        step: real ? (time - started) * STEPS_PER_SECOND : frames,
        steps: real ? (first ? 0 : (time - last) * STEPS_PER_SECOND) : 1,
        time,
        first,
      });
      last = time;
      frames += 1;
      return objects.flatMap((object) => trackOf(object, detections));
    },
    reset() {
      pipeline.reset();
    },
    get size() {
      return pipeline.size;
    },
    get count() {
      return count;
    },
  };
}

function pipelineOf(
  parameters: (typeof PRESETS)[keyof typeof PRESETS]['pipeline'],
  options: TrackerOptions,
): Pipeline {
  if (parameters.kind === 'sort') return createSort(parameters);
  const { highScore, lowScore, newScore, buffer, keepLost } = options;
  const bounded = (name: string, value: number | undefined, fallback: number, max: number): number => {
    if (value === undefined) return fallback;
    if (typeof value === 'number' && value >= 0 && value <= max) return value;
    throw new PictorError('OPTION_INVALID', {
      expected: `${name} to be a number from 0 to ${max}`,
      received: String(value),
    });
  };
  const high = bounded('highScore', highScore, parameters.highScore, 1);
  // Who lowers the one threshold does not want the other to stay above all scores.
  const start = highScore === undefined ? parameters.newScore : high;
  return createByteTrack({
    ...parameters,
    highScore: high,
    lowScore: Math.min(high, bounded('lowScore', lowScore, parameters.lowScore, 1)),
    newScore: bounded('newScore', newScore, start, 1),
    keepLost: bounded('keepLost', keepLost, parameters.keepLost / STEPS_PER_SECOND, 3600) * STEPS_PER_SECOND,
    buffer: bounded('buffer', buffer, parameters.buffer, 1),
  });
}

function checked<Detection extends TrackerDetection>(detection: Detection): Detection {
  const { x, y, width, height } = detection.box;
  const isBox = [x, y, width, height].every(Number.isFinite) && width > 0 && height > 0;
  if (isBox && detection.score >= 0 && detection.score <= 1) return detection;
  throw new PictorError('OPTION_INVALID', {
    expected: 'detections with a box of finite x, y, a width and height above 0, and a score from 0 to 1',
    received: JSON.stringify({ box: detection.box, score: detection.score }),
  });
}
