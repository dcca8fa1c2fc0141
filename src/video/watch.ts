/**
 * A video through a classifier, a tagger or a moderator: what it shows, from when to when.
 *
 * @module
 */
import { defaultWorkers } from '../engine/default-workers.ts';
import { PictorError } from '../errors.ts';
import type { Classifier } from '../tasks/classify/classify.ts';
import type { Moderator } from '../tasks/moderate/moderate.ts';
import type { CallOptions, Recognize, Tag, TagAnswer, TagOptions, Verdict } from '../tasks/types.ts';
import { frameLimits, framePicture } from './frame-picture.ts';
import { inOrder } from './in-order.ts';
import { Sampler } from './sampler.ts';
import { Segments, type Sighting } from './segments.ts';
import type { Frame, FrameSource, VideoSegment, WatchedFrame, WatchSummary } from './types.ts';

/** What looks at the frames. */
export type Watcher =
  | { readonly task: 'classify'; readonly recognizer: Pick<Classifier, 'classify'> }
  | { readonly task: 'tag'; readonly recognizer: { readonly tag: Recognize<TagOptions, TagAnswer> } }
  | { readonly task: 'moderate'; readonly recognizer: Pick<Moderator, 'moderate'> };

/** How a video is watched. */
export type WatchOptions = Watcher & {
  /** Score from which a label counts, 0..1 (default 0.3). */
  readonly minScore?: number;
  /** Labels for each frame (default 5). */
  readonly topK?: number;
  /** Seconds between two looks at an undisturbed scene (default 1); other scenes and doubtful ones get more. */
  readonly interval?: number;
  /** Seconds without a label after which its segment is over (default twice the interval). */
  readonly gap?: number;
  /** Frames under way at a time (default: one for each worker of an engine). */
  readonly ahead?: number;
  readonly onFrame?: (frame: SeenFrame) => void | Promise<void>;
  /** A segment is over. */
  readonly onSegment?: (segment: VideoSegment) => void | Promise<void>;
  readonly signal?: AbortSignal;
};

/** What a frame showed, and its pixels. */
export interface SeenFrame extends WatchedFrame {
  readonly picture: Frame;
  /** Of a tagger: with the places of what it found. */
  readonly tags?: readonly Tag[];
}

/** A video that is being watched. */
export interface WatchRun extends AsyncIterable<SeenFrame> {
  /** Up to now; complete after the last frame. */
  readonly summary: WatchSummary;
  complete(): Promise<WatchSummary>;
}

/** Score of an unsafe class from which a moderator looks closely. */
const DOUBTFUL = 0.15;

interface Look {
  readonly tags?: readonly Tag[];
  readonly sightings: readonly Sighting[];
  readonly verdict?: Verdict;
  readonly doubtful: boolean;
}

/**
 * Watches a video. A moderated one is called safe only when it was read to its end.
 *
 * @param source from `openVideo`, best without a selection of frames; closed at the end
 * @throws while reading: VIDEO_*, ABORTED and what the recognizer throws
 * @example
 * const run = watch(await openVideo('upload.mp4'), { task: 'moderate', recognizer: moderator });
 * const { verdict, segments } = await run.complete();
 * console.log(verdict, segments);
 */
export function watch(source: FrameSource, options: WatchOptions): WatchRun {
  const { minScore = 0.3, topK = 5, interval = 1, signal, onFrame, onSegment } = options;
  if (!(interval > 0 && interval <= 3600)) {
    throw new PictorError('OPTION_INVALID', {
      expected: 'interval to be seconds above 0',
      received: String(interval),
    });
  }
  const sampler = new Sampler(interval);
  const segments = new Segments(options.gap ?? 2 * interval);
  let [frames, lastTime] = [0, 0];
  let worst: Verdict = 'pass';
  let [started, ended] = [false, false];

  async function look(frame: Frame): Promise<Look | undefined> {
    if (!sampler.wants(frame)) return undefined;
    const call: CallOptions = { limits: frameLimits(frame), ...(signal && { signal }) };
    const picture = framePicture(frame);
    if (options.task === 'classify') {
      const { predictions } = await options.recognizer.classify(picture, { ...call, topK, minScore });
      return { sightings: predictions, doubtful: false };
    }
    if (options.task === 'tag') {
      const { tags } = await options.recognizer.tag(picture, { ...call, maxTags: topK, minScore });
      return { sightings: tags, tags, doubtful: false };
    }
    const { predictions, verdict } = await options.recognizer.moderate(picture, call);
    // What is neutral is no event; the rest is worth a closer look before it is certain.
    const unsafe = predictions.filter(({ label }) => !/^(neutral|drawings?|safe|sfw|normal)$/i.test(label));
    const doubtful = verdict !== 'pass' || unsafe.some(({ score }) => score >= DOUBTFUL);
    if (doubtful) sampler.doubt(frame.time);
    return { sightings: unsafe.filter(({ score }) => score >= minScore), verdict, doubtful };
  }

  async function* read(): AsyncGenerator<SeenFrame, void> {
    if (started) throw new PictorError('VIDEO_SOURCE_INVALID', { expected: 'a run that was not read yet' });
    started = true;
    try {
      const lanes = options.ahead ?? defaultWorkers();
      for await (const { item, result } of inOrder(source.frames(signal), lanes, look)) {
        lastTime = item.time;
        if (!result) continue;
        frames += 1;
        const { verdict, sightings, tags } = result;
        if (verdict === 'block' || (verdict === 'review' && worst === 'pass')) worst = verdict;
        const labels = sightings.map(({ label, zh, score }) => ({
          label,
          ...(zh !== undefined && { zh }),
          score,
        }));
        for (const segment of segments.update(labels, item.time)) await onSegment?.(segment);
        const watched = {
          frame: item.index,
          time: item.time,
          labels,
          ...(verdict !== undefined && { verdict }),
          picture: item,
          ...(tags && { tags }),
        };
        await onFrame?.(watched);
        yield watched;
      }
      ended = true;
      for (const segment of segments.update([], Number.POSITIVE_INFINITY)) await onSegment?.(segment);
    } finally {
      await source.close();
    }
  }

  function summary(): WatchSummary {
    const { state, info } = source;
    const whole = ended && state.incomplete === undefined && !info.partial && state.dropped === 0;
    const verdict: Verdict = worst === 'pass' && !whole ? 'review' : worst;
    return {
      source: info,
      state,
      frames,
      seconds: lastTime,
      segments: segments.all,
      ...(options.task === 'moderate' && { verdict }),
    };
  }

  return {
    [Symbol.asyncIterator]: read,
    get summary() {
      return summary();
    },
    async complete() {
      for await (const _ of read()) {
        // Callbacks and segments have it.
      }
      return summary();
    },
  };
}
