/**
 * A video through a detector, a tracker and the counters.
 *
 * @module
 */
import { defaultWorkers } from '../engine/default-workers.ts';
import { PictorError } from '../errors.ts';
import type { Detector } from '../tasks/detect/detect.ts';
import type { Detection, DetectOptions } from '../tasks/types.ts';
import { HeatMap, type HeatMapCells } from './analytics/heat-map.ts';
import { IntervalCounter } from './analytics/intervals.ts';
import { LineCounter } from './analytics/lines.ts';
import type { Observed } from './analytics/moment.ts';
import { ObjectBook } from './analytics/objects.ts';
import { type LineInput, resolveLines, resolveZones, type ZoneInput } from './analytics/options.ts';
import { ZoneCounter } from './analytics/zones.ts';
import { Between } from './between.ts';
import { frameLimits, framePicture } from './frame-picture.ts';
import { inOrder } from './in-order.ts';
import { mergeClasses } from './merge-classes.ts';
import { createTracker } from './tracker/create-tracker.ts';
import type { TrackerOptions } from './tracker/types.ts';
import type {
  Frame,
  FrameObject,
  FrameResult,
  FrameSource,
  IntervalCount,
  TrackSummary,
  VideoEvent,
  VideoSummary,
} from './types.ts';

/** What is called while a video is read. Each may be asynchronous; reading waits for it. */
export interface VideoCallbacks {
  /** After each frame that was looked at. */
  readonly onFrame?: (result: AnalyzedFrame) => void | Promise<void>;
  /** After each second of media time in which there was a frame, the last one included even if it is not complete. */
  readonly onSecond?: (count: IntervalCount) => void | Promise<void>;
  /** After each minute of media time, likewise. */
  readonly onMinute?: (count: IntervalCount) => void | Promise<void>;
  /** At the end. */
  readonly onComplete?: (summary: VideoSummary) => void | Promise<void>;
  /** What a callback threw; reading goes on. Without it, reading ends in good order with that very error. */
  readonly onError?: (error: unknown) => void;
}

/** How a video is looked at. */
export interface TrackOptions
  extends VideoCallbacks,
    Pick<DetectOptions, 'minScore' | 'maxDetections' | 'iouThreshold' | 'include' | 'exclude'> {
  readonly detector: Pick<Detector, 'detect'>;
  /** Identities (default: on, with thresholds from `minScore`); `false` gives boxes only. */
  readonly tracker?: TrackerOptions | false;
  /** Lines whose crossings are counted. They need identities. */
  readonly lines?: readonly LineInput[];
  /** Zones whose visits are counted. They need identities. */
  readonly zones?: readonly ZoneInput[];
  /**
   * Looks at every nth frame only (default 1). The others come out as well, with the boxes carried on: for annotated
   * videos. To leave frames out altogether use `every` of `openVideo`.
   */
  readonly detectEvery?: number;
  /** Looks at so many frames a second of media time at most; the others come out as with `detectEvery`. */
  readonly detectFps?: number;
  /** Frames under way at a time (default: one for each worker of an engine, and one more for a recording). */
  readonly ahead?: number;
  readonly signal?: AbortSignal;
}

/** What a frame gave, and its pixels. */
export interface AnalyzedFrame extends FrameResult {
  /** Whether it was looked at; otherwise its objects are carried on from the last frame that was. */
  readonly detected: boolean;
  readonly picture: Frame;
}

/** A video that is being looked at. Frames come as they are ready; memory does not grow with its length. */
export interface VideoRun extends AsyncIterable<AnalyzedFrame> {
  /** Counts up to now; complete after the last frame. */
  readonly summary: VideoSummary;
  /** Seconds that objects spent in each part of the picture, up to now. */
  readonly heatMap: HeatMapCells;
  /** The objects up to now, the last 10 000. */
  readonly tracks: readonly TrackSummary[];
  /** Reads to the end for the sake of callbacks and counts. */
  complete(): Promise<VideoSummary>;
}

/** Frames that wait while one is analysed: more would only take memory. */
const MOST_SKIPPED = 12;

/** Score from which a weak box may continue a track; the tracker decides. */
const WEAK_SCORE = 0.1;

/**
 * Finds and follows objects in a video.
 *
 * @param source from `openVideo`; closed at the end
 * @param options detector, tracker, lines, zones, callbacks
 * @throws OPTION_INVALID at once; while reading VIDEO_*, ABORTED and what `detect` throws
 * @example
 * const source = await openVideo('traffic.mp4', { fps: 5 });
 * const run = track(source, { detector, lines: [{ from: [0.1, 0.6], to: [0.9, 0.6] }] });
 * for await (const { time, objects } of run) console.log(time, objects.map(({ id, label }) => `${label} ${id}`));
 * console.log(run.summary.unique, run.summary.lines);
 */
export function track(source: FrameSource, options: TrackOptions): VideoRun {
  const { detector, minScore = 0.3, tracker: tracking, signal, ahead } = options;
  const lines = resolveLines(options.lines).map((line) => new LineCounter(line));
  const zones = resolveZones(options.zones).map((zone) => new ZoneCounter(zone));
  if (tracking === false && lines.length + zones.length > 0) {
    throw new PictorError('OPTION_INVALID', {
      expected: 'a tracker where lines or zones are counted',
      received: 'tracker: false',
    });
  }
  const tracker =
    tracking === false ? undefined : createTracker({ highScore: minScore, newScore: minScore, ...tracking });
  const book = new ObjectBook();
  const heatMap = new HeatMap();
  const seconds = new IntervalCounter(1);
  const minutes = new IntervalCounter(60);
  const sums = new Map<string, number>();
  let [frames, firstTime, lastTime] = [0, 0, 0];
  let started = false;

  const detectOptions = {
    // A tracker also wants what is too weak to be shown.
    minScore: tracker ? Math.min(WEAK_SCORE, minScore) : minScore,
    ...(options.maxDetections !== undefined && { maxDetections: options.maxDetections }),
    ...(options.iouThreshold !== undefined && { iouThreshold: options.iouThreshold }),
    ...(options.include && { include: options.include }),
    ...(options.exclude && { exclude: options.exclude }),
    ...(signal && { signal }),
  };

  const between = new Between();
  const chosen = chooser(options);
  const skipped = chosen
    ? Math.ceil(
        (options.detectEvery ?? 1) *
          (options.detectFps ? (source.info.frameRate ?? 25) / options.detectFps : 1),
      )
    : 1;

  async function detect(frame: Frame): Promise<readonly Detection[] | undefined> {
    if (chosen && !chosen(frame)) return undefined;
    const answer = await detector.detect(framePicture(frame), {
      ...detectOptions,
      limits: frameLimits(frame),
    });
    return answer.detections;
  }

  function observe(frame: Frame, detections: readonly Detection[]): FrameResult {
    const { index, time, width, height } = frame;
    if (frames === 0) firstTime = time;
    frames += 1;
    lastTime = time;
    const objects = tracker ? followed(detections, time) : mergeClasses(detections).map(plain);
    const events: VideoEvent[] = [];
    const observed = objects.filter((object): object is FrameObject & Observed => object.id !== undefined);
    const moment = { time, width, height };
    const speeds = book.update(observed, moment);
    heatMap.update(objects, moment);
    for (const counter of [...lines, ...zones]) events.push(...counter.update(observed, moment));
    for (const { label } of objects) sums.set(label, (sums.get(label) ?? 0) + 1);
    const withSpeed = objects.map((object) => {
      const speed = object.id === undefined ? undefined : speeds.get(object.id);
      return speed === undefined ? object : { ...object, speed };
    });
    return { frame: index, time, width, height, objects: withSpeed, events };
  }

  function followed(detections: readonly Detection[], time: number): FrameObject[] {
    const tracks = tracker?.update(mergeClasses(detections), time) ?? [];
    return tracks.map(({ id, box, score, label, detection }) => {
      const own = label === undefined || label === detection.label;
      const { zh } = detection;
      const name = own ? detection.label : label;
      if (own && zh !== undefined) chinese.set(name, zh);
      const named = chinese.get(name);
      return { id, label: name, ...(named !== undefined && { zh: named }), score, box };
    });
  }
  // The name in Chinese belongs to the label, not to the detection that happened to be last.
  const chinese = new Map<string, string>();

  async function call<Argument>(
    callback: ((argument: Argument) => void | Promise<void>) | undefined,
    argument: Argument | undefined,
  ): Promise<void> {
    if (!callback || argument === undefined) return;
    try {
      await callback(argument);
    } catch (error) {
      if (!options.onError) throw error;
      options.onError(error);
    }
  }

  async function* read(): AsyncGenerator<AnalyzedFrame, void> {
    if (started) throw new PictorError('VIDEO_SOURCE_INVALID', { expected: 'a run that was not read yet' });
    started = true;
    const { onFrame, onSecond, onMinute, onComplete } = options;
    const lanes = ahead ?? (defaultWorkers() + (source.info.live ? 0 : 1)) * Math.min(skipped, MOST_SKIPPED);
    try {
      for await (const { item: frame, result } of inOrder(source.frames(signal), lanes, detect)) {
        if (!result) {
          const { index, time, width, height } = frame;
          const objects = between.at(time);
          yield { frame: index, time, width, height, objects, events: [], detected: false, picture: frame };
          continue;
        }
        const analyzed = { ...observe(frame, result), detected: true, picture: frame };
        between.see(analyzed.objects, analyzed.time);
        // What ended before this frame is told before it.
        await call(onSecond, seconds.update(analyzed.objects, analyzed.time));
        await call(onMinute, minutes.update(analyzed.objects, analyzed.time));
        await call(onFrame, analyzed);
        yield analyzed;
      }
      await call(onSecond, seconds.finish());
      await call(onMinute, minutes.finish());
      await call(onComplete, summary());
    } finally {
      await source.close();
    }
  }

  function summary(): VideoSummary {
    return {
      source: source.info,
      state: source.state,
      frames,
      seconds: lastTime - firstTime,
      unique: tracker ? book.unique : {},
      average: Object.fromEntries([...sums].map(([label, sum]) => [label, sum / Math.max(1, frames)])),
      lines: lines.map(({ count }) => count),
      zones: zones.map(({ count }) => count),
    };
  }

  return {
    [Symbol.asyncIterator]: read,
    get summary() {
      return summary();
    },
    get heatMap() {
      return heatMap.cells;
    },
    get tracks() {
      return book.summaries;
    },
    async complete() {
      for await (const _ of read()) {
        // The callbacks and counters have it.
      }
      return summary();
    },
  };
}

/** Which frames are looked at; undefined when all are. */
function chooser({ detectEvery = 1, detectFps }: TrackOptions): ((frame: Frame) => boolean) | undefined {
  if (detectEvery === 1 && detectFps === undefined) return undefined;
  let slot = Number.NEGATIVE_INFINITY;
  return ({ index, time }) => {
    if (index % detectEvery !== 0) return false;
    const now = detectFps === undefined ? index : Math.floor(time * detectFps + 0.001);
    if (now === slot) return false;
    slot = now;
    return true;
  };
}

function plain({ label, zh, score, box }: Detection): FrameObject {
  return { label, ...(zh !== undefined && { zh }), score, box };
}
