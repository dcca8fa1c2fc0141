import { open } from 'node:fs/promises';
import type { FrameSource } from '../../../video/types.ts';
import type { WatchOptions } from '../../../video/watch.ts';
import type { Recognizers } from '../../models/types.ts';
import type { JobContext, Json } from '../types.ts';
import { FRAMES_FILE, THUMBNAIL_INDEX, THUMBNAILS_FILE } from './files.ts';
import type { VideoInput } from './input.ts';
import { asJson, Progress } from './progress.ts';
import { ThumbnailWriter } from './thumbnails.ts';

/** Segments that the result names; the file of frames has all labels. */
const MOST_SEGMENTS = 2000;

/** What a video shows, from when to when. */
export async function watchVideo(
  source: FrameSource,
  asked: VideoInput,
  { signal, report, file }: JobContext,
  recognizers: Pick<Recognizers, 'get'>,
): Promise<Json> {
  const { watch } = await import('../../../video/watch.ts');
  await using frames = await open(file(FRAMES_FILE, 'application/x-ndjson'), 'w');
  await using thumbnails = await ThumbnailWriter.open(
    file(THUMBNAILS_FILE, 'video/x-motion-jpeg'),
    file(THUMBNAIL_INDEX, 'application/x-ndjson'),
    source.info.duration,
  );
  const run = watch(source, {
    signal,
    ...(asked.minScore !== undefined && { minScore: asked.minScore }),
    ...(asked.interval !== undefined && { interval: asked.interval }),
    ...(await watcherFor(asked, recognizers)),
  });
  const progress = new Progress(source.info);
  for await (const { picture, tags: _, ...frame } of run) {
    await frames.write(`${JSON.stringify(frame)}\n`);
    await thumbnails.write(picture, frame.time);
    report(progress.at(frame.time, { frames: run.summary.frames }));
  }
  const { summary } = run;
  const segments = summary.segments.slice(0, MOST_SEGMENTS);
  return asJson({ task: asked.task, ...summary, source: { ...summary.source, name: undefined }, segments });
}

async function watcherFor(
  { task, model }: VideoInput,
  recognizers: Pick<Recognizers, 'get'>,
): Promise<Pick<WatchOptions, 'task' | 'recognizer'> & WatchOptions> {
  if (task === 'moderate') return { task, recognizer: await recognizers.get(task, model) };
  if (task === 'tag') return { task, recognizer: await recognizers.get(task, model) };
  return { task: 'classify', recognizer: await recognizers.get('classify', model) };
}
