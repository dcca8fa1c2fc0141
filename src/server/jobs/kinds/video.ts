/**
 * A video as a job: what is in it, followed and counted, or what it shows from when to when.
 *
 * @module
 */
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { PictorError } from '../../../errors.ts';
import type { FrameSource } from '../../../video/types.ts';
import type { Recognizers } from '../../models/types.ts';
import type { JobContext, JobKind, Json } from '../types.ts';

/** Name of the uploaded file in the job's input folder. */
export const VIDEO_FILE = 'video';

/** Frames a second that are looked at where a request does not say. */
const DEFAULT_FPS = 5;

/** What is fixed when the job is made. */
export const videoInput = z.object({
  task: z.enum(['detect', 'classify', 'tag', 'moderate']).exactOptional(),
  model: z.string().exactOptional(),
  minScore: z.number().exactOptional(),
  include: z.array(z.string()).exactOptional(),
  exclude: z.array(z.string()).exactOptional(),
  fps: z.number().exactOptional(),
  track: z.boolean().exactOptional(),
  tracker: z.enum(['default', 'sort', 'bytetrack', 'ocsort']).exactOptional(),
  interval: z.number().exactOptional(),
  annotate: z.boolean().exactOptional(),
  lines: z.array(z.unknown()).exactOptional(),
  zones: z.array(z.unknown()).exactOptional(),
});

type VideoInput = z.output<typeof videoInput>;

/** The kind of job behind `POST /v1/video`. */
export function videoKind(recognizers: Pick<Recognizers, 'get'>): JobKind {
  return {
    name: 'video',
    async run(input, context) {
      const asked = videoInput.parse(input);
      const { openVideo } = await import('../../../video/open-video.ts');
      const path = join(context.inputFolder, VIDEO_FILE);
      await using source = await openVideo(path, {
        signal: context.signal,
        // The annotated video has every frame, whatever is looked at.
        ...(asked.task === undefined || asked.task === 'detect'
          ? !asked.annotate && { fps: asked.fps ?? DEFAULT_FPS }
          : {}),
      });
      return asked.task === undefined || asked.task === 'detect'
        ? await detectVideo(source, path, asked, context, recognizers)
        : await watchVideo(source, asked, context, recognizers);
    },
  };
}

async function detectVideo(
  source: FrameSource,
  path: string,
  asked: VideoInput,
  { signal, report, file }: JobContext,
  recognizers: Pick<Recognizers, 'get'>,
): Promise<Json> {
  const { track } = await import('../../../video/track.ts');
  const { resolveLines, resolveZones } = await import('../../../video/analytics/options.ts');
  const { frameLine } = await import('../../../video/output/jsonl.ts');
  const { openResultWriter } = await import('../../../video/output/open-result-writer.ts');
  const { openAnnotatedVideo } = await import('../../../video/output/annotated-video.ts');
  const lines = resolveLines(asked.lines as Parameters<typeof resolveLines>[0]);
  const zones = resolveZones(asked.zones as Parameters<typeof resolveZones>[0]);
  const run = track(source, {
    detector: await recognizers.get('detect', asked.model),
    signal,
    lines,
    zones,
    tracker: asked.track === false ? false : { preset: asked.tracker ?? 'default' },
    ...(asked.minScore !== undefined && { minScore: asked.minScore }),
    ...(asked.include && { include: asked.include }),
    ...(asked.exclude && { exclude: asked.exclude }),
    ...(asked.annotate && { detectFps: asked.fps ?? DEFAULT_FPS }),
  });
  // Lines can be read while they come; the video can be played while it grows.
  const boxes = await open(file('boxes.jsonl', 'application/x-ndjson'), 'w');
  await using html = await openResultWriter(file('report.html', 'text/html; charset=utf-8'), source.info);
  await using annotated = asked.annotate
    ? await openAnnotatedVideo({
        path: file('annotated.mp4', 'video/mp4'),
        source: source.info,
        growing: true,
        ...(source.info.audio && { audioFrom: path }),
        lines,
        zones,
      })
    : undefined;
  try {
    for await (const frame of run) {
      if (frame.detected) {
        await boxes.write(`${frameLine(frame)}\n`);
        await html.write(frame);
      }
      await annotated?.write(frame, run.summary);
      report(progressOf(source, frame.time, { unique: { ...run.summary.unique } }));
    }
    await annotated?.finish();
    await html.finish(run);
  } finally {
    await boxes.close();
  }
  const { summary } = run;
  return asJson({
    task: 'detect',
    ...summary,
    source: { ...summary.source, name: undefined },
    tracks: run.tracks.slice(0, 1000),
  });
}

async function watchVideo(
  source: FrameSource,
  asked: VideoInput,
  { signal, report, file }: JobContext,
  recognizers: Pick<Recognizers, 'get'>,
): Promise<Json> {
  const { watch } = await import('../../../video/watch.ts');
  const options = {
    signal,
    ...(asked.minScore !== undefined && { minScore: asked.minScore }),
    ...(asked.interval !== undefined && { interval: asked.interval }),
  };
  const { task = 'classify', model } = asked;
  const run =
    task === 'moderate'
      ? watch(source, { ...options, task, recognizer: await recognizers.get(task, model) })
      : task === 'tag'
        ? watch(source, { ...options, task, recognizer: await recognizers.get(task, model) })
        : watch(source, {
            ...options,
            task: 'classify',
            recognizer: await recognizers.get('classify', model),
          });
  const frames = await open(file('frames.jsonl', 'application/x-ndjson'), 'w');
  try {
    for await (const frame of run) {
      await frames.write(`${JSON.stringify(frame)}\n`);
      report(progressOf(source, frame.time));
    }
  } finally {
    await frames.close();
  }
  const { summary } = run;
  const segments = summary.segments.slice(0, 2000);
  return asJson({ task, ...summary, source: { ...summary.source, name: undefined }, segments });
}

function progressOf({ info }: FrameSource, time: number, detail?: Json) {
  return {
    stage: 'frames',
    ...(info.duration !== undefined && { fraction: Math.min(1, time / info.duration) }),
    message: `${time.toFixed(1)} s of the video`,
    ...(detail !== undefined && { detail }),
  };
}

/** Plain data, and nothing that JSON cannot hold. */
function asJson(value: object): Json {
  return JSON.parse(JSON.stringify(value)) as Json;
}

/**
 * Lines or zones out of the text of a query.
 *
 * @throws OPTION_INVALID
 */
export function parsePlaces(name: 'lines' | 'zones', text: string | undefined): unknown[] | undefined {
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value : [value];
  } catch (cause) {
    throw new PictorError('OPTION_INVALID', {
      expected: `\`${name}\` as JSON, e.g. ${name === 'lines' ? '[{"from":[0,0.5],"to":[1,0.5]}]' : '[{"points":[[0,0],[1,0],[1,1]]}]'}`,
      received: text.slice(0, 100),
      cause,
    });
  }
}
