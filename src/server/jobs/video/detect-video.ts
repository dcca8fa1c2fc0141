import { open } from 'node:fs/promises';
import type { FrameSource } from '../../../video/types.ts';
import type { Recognizers } from '../../models/types.ts';
import type { JobContext, Json } from '../types.ts';
import {
  ANNOTATED_FILE,
  BOXES_FILE,
  REPORT_FILE,
  SECONDS_FILE,
  THUMBNAIL_INDEX,
  THUMBNAILS_FILE,
} from './files.ts';
import type { VideoInput } from './input.ts';
import { asJson, Progress } from './progress.ts';
import { ThumbnailWriter } from './thumbnails.ts';

/** Frames a second that are looked at where a request does not say. */
export const DEFAULT_FPS = 5;
/** Objects that the result names; the files have all of them. */
const MOST_TRACKS = 1000;

/** Objects found, followed and counted. */
export async function detectVideo(
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
  const { info } = source;
  // Lines can be read while they come; the video can be played while it grows.
  await using boxes = await open(file(BOXES_FILE, 'application/x-ndjson'), 'w');
  await using seconds = await open(file(SECONDS_FILE, 'application/x-ndjson'), 'w');
  await using thumbnails = await ThumbnailWriter.open(
    file(THUMBNAILS_FILE, 'video/x-motion-jpeg'),
    file(THUMBNAIL_INDEX, 'application/x-ndjson'),
    info.duration,
  );
  await using html = await openResultWriter(file(REPORT_FILE, 'text/html; charset=utf-8'), info);
  await using annotated = asked.annotate
    ? await openAnnotatedVideo({
        path: file(ANNOTATED_FILE, 'video/mp4'),
        source: info,
        growing: true,
        ...(info.audio && { audioFrom: path }),
        lines,
        zones,
      })
    : undefined;
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
    async onSecond(count) {
      await seconds.write(`${JSON.stringify(count)}\n`);
    },
  });
  const progress = new Progress(info);
  for await (const frame of run) {
    if (frame.detected) {
      await boxes.write(`${frameLine(frame)}\n`);
      await thumbnails.write(frame.picture, frame.time, frame.objects);
      await html.write(frame);
    }
    // Last: it draws on the pixels.
    await annotated?.write(frame, run.summary);
    const { unique, lines: crossed, zones: visited, frames } = run.summary;
    report(progress.at(frame.time, { frames, unique, lines: crossed, zones: visited }));
  }
  await annotated?.finish();
  await html.finish(run);
  const { summary } = run;
  return asJson({
    task: 'detect',
    ...summary,
    source: { ...summary.source, name: undefined },
    tracks: run.tracks.slice(0, MOST_TRACKS),
    heatMap: run.heatMap,
  });
}
