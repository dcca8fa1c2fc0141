/**
 * `pictor video`: what is in a video, followed and counted.
 *
 * @module
 */
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { LineInput, ZoneInput } from '../../video/analytics/options.ts';
import type { OpenVideoOptions } from '../../video/open-video.ts';
import type { ResultWriter } from '../../video/output/result-writer.ts';
import type { TrackerPreset } from '../../video/tracker/types.ts';
import type { SourceInfo } from '../../video/types.ts';
import type { WatchOptions } from '../../video/watch.ts';
import { EXIT } from '../exit.ts';
import { untilInterrupted } from '../interrupt.ts';
import { fractionOption, integerOption, listOption, positiveOption } from '../options.ts';

/** Endings of `--output` that are a video. */
const VIDEO_ENDING = /\.(mp4|m4v|mov|mkv|webm)$/i;

/** Flags of `pictor video`. */
export interface VideoFlags {
  readonly model?: string;
  readonly track?: boolean;
  readonly tracker?: TrackerPreset;
  readonly line?: readonly LineInput[];
  readonly zone?: readonly string[];
  readonly minScore: number;
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
  readonly every?: number;
  readonly fps?: number;
  readonly keyFrames?: boolean;
  readonly start?: number;
  readonly end?: number;
  readonly scale?: number;
  readonly live?: boolean;
  readonly frameRate?: number;
  readonly json?: boolean;
  readonly jsonl?: boolean;
  readonly ffmpeg?: string;
  readonly output?: readonly string[];
  readonly task: 'detect' | 'classify' | 'tag' | 'moderate';
  readonly interval?: number;
}

/** Adds `pictor video`. */
export function registerVideo(program: Command): void {
  program
    .command('video')
    .description('find, follow and count objects in a video or a camera')
    .argument(
      '<source>',
      'file, folder of frames, glob, rtsp:// or http:// address, webcam:0, or - for standard input',
    )
    .option('-m, --model <id>', 'detector: model id, or path of an .onnx file or manifest')
    .option('-o, --output <file>', 'write a file, see below; repeatable', collectOption)
    .addOption(
      new Option('--task <task>', 'what is looked for: objects, or what the video shows from when to when')
        .choices(['detect', 'classify', 'tag', 'moderate'])
        .default('detect'),
    )
    .option(
      '--interval <seconds>',
      'classify, tag, moderate: time between two looks (default: 1)',
      positiveOption,
    )
    .option('--track', 'give each object an identity and count different objects')
    .addOption(
      new Option('--tracker <preset>', 'tracker (implies --track)').choices([
        'default',
        'sort',
        'bytetrack',
        'ocsort',
      ]),
    )
    .option(
      '--line <x1,y1,x2,y2>',
      'count crossings of a line, fractions of the picture; repeatable',
      lineOption,
    )
    .option('--zone <file>', 'count visits of zones: JSON with points, see below; repeatable', listOption)
    .option('--min-score <fraction>', 'leave out what is less likely, 0 to 1', fractionOption, 0.3)
    .option('--include <labels>', 'only these labels, comma-separated', listOption)
    .option('--exclude <labels>', 'not these labels, comma-separated', listOption)
    .option('--every <n>', 'only every nth frame', integerOption(1))
    .option('--fps <n>', 'at most n frames for a second of video', positiveOption)
    .option('--key-frames', 'only key frames: quick, a few for each scene')
    .option('--start <seconds>', 'begin there', secondsOption)
    .option('--end <seconds>', 'end there', secondsOption)
    .option('--scale <pixels>', 'longest side of the frames that are looked at', integerOption(16, 16_384))
    .option('--live', 'the address is a camera: always the newest frame')
    .option('--frame-rate <n>', 'pictures a second of a folder or an MJPEG file', positiveOption)
    .addOption(new Option('--json', 'the counts as one JSON object').conflicts('jsonl'))
    .option('--jsonl', 'one JSON object for each frame, as they come')
    .option('--ffmpeg <path>', 'ffmpeg of your choice (default: PICTOR_FFMPEG, then the PATH)')
    .addHelpText(
      'after',
      `
Files for --output, by their ending:
  .mp4 .mov .mkv .webm  the video with boxes, and its sound
  .jsonl .csv           a line for each frame, a row for each box
  .txt .json .xml       MOTChallenge, COCO-VID, CVAT for video 1.1
  .vtt                  WebVTT metadata, for <track kind="metadata">
  .html                 a report: counts, timeline, heat map, objects

A line counts "in" for who crosses it towards the left hand of somebody going from x1,y1 to x2,y2.
The centre of a box must cross; --line 0,0.9,1,0.9@bottom counts by its lower edge (top, left, right).
A zone file holds one or several zones:
  {"name": "door", "points": [[0.1, 0.5], [0.3, 0.5], [0.3, 1], [0.1, 1]], "dwell": 5}

Examples:
  $ pictor video traffic.mp4 -o annotated.mp4 --track --line 0.1,0.6,0.9,0.6
  $ pictor video rtsp://camera/1 --track --zone door.json --jsonl
  $ pictor video street.mp4 --track --fps 5 -o tracks.txt -o report.html
  $ pictor video upload.mp4 --task moderate --json
  $ pictor video holiday.mp4 --fps 2 --include person --json`,
    )
    .action(async (source: string, flags: VideoFlags) => {
      const run = flags.task === 'detect' ? runVideo : runWatch;
      process.exitCode = await untilInterrupted((signal) => run(source, flags, signal));
    });
}

// On their own: TypeScript leaves the ending of an import as it is where the function has an `await using` to lower.
const videos = () => import('../../video/open-video.ts');
const tracking = () => import('../../video/track.ts');
const recognizers = () => import('../pictures/open.ts');
const reports = () => import('../render/video.ts');
const annotated = () => import('../../video/output/annotated-video.ts');
const watching = () => import('../../video/watch.ts');
const results = () => import('../../video/output/open-result-writer.ts');
const lines = () => import('../../video/output/jsonl.ts');

async function runVideo(input: string, flags: VideoFlags, signal: AbortSignal): Promise<number> {
  const { openVideo } = await videos();
  const { track } = await tracking();
  const { openRecognizer, startEngine } = await recognizers();
  const { renderVideoSummary, videoProgress } = await reports();
  const zones = await readZones(flags.zone ?? []);
  const follows = flags.track || flags.tracker !== undefined || (flags.line ?? []).length + zones.length > 0;
  // A source that is not there costs no model.
  await using source = await openVideo(input, sourceOptions(flags, signal));
  const videoFile = flags.output?.find((path) => VIDEO_ENDING.test(path));
  await using writer = await openWriter(input, videoFile, flags, source.info);
  await using files = await openFiles(
    (flags.output ?? []).filter((path) => path !== videoFile),
    source.info,
  );
  await using detector = await openRecognizer('detect', flags.model, {
    engine: startEngine(Number.POSITIVE_INFINITY),
    signal,
  });
  const run = track(source, {
    detector,
    signal,
    minScore: flags.minScore,
    ...(flags.include && { include: flags.include }),
    ...(flags.exclude && { exclude: flags.exclude }),
    tracker: follows && { preset: flags.tracker ?? 'default' },
    lines: flags.line ?? [],
    zones,
    // Every frame of the annotated video is there, looked at or not.
    ...(writer && flags.every !== undefined && { detectEvery: flags.every }),
    ...(writer && flags.fps !== undefined && { detectFps: flags.fps }),
  });
  const progress = videoProgress(source);
  try {
    const { frameLine } = await lines();
    for await (const frame of run) {
      progress.update(frame.time, run.summary.frames);
      // The annotated video is drawn on the pixels themselves, so it comes last.
      if (frame.detected) await files.write(frame);
      if (writer) await writer.write(frame, run.summary);
      if (!frame.detected) continue;
      if (flags.jsonl && !process.stdout.write(`${frameLine(frame)}\n`)) await drained(process.stdout);
    }
    await writer?.finish();
    await files.finish(run);
  } finally {
    progress.stop();
  }
  const { summary } = run;
  if (flags.json) process.stdout.write(`${JSON.stringify({ ...summary, tracks: run.tracks }, null, 2)}\n`);
  else if (!flags.jsonl) process.stdout.write(`${renderVideoSummary(summary, follows)}\n`);
  return sayIncomplete(summary.state.incomplete);
}

/** What a video shows, from when to when. */
async function runWatch(input: string, flags: VideoFlags, signal: AbortSignal): Promise<number> {
  const { openVideo } = await videos();
  const { watch } = await watching();
  const { openRecognizer, startEngine } = await recognizers();
  const { renderWatchSummary, videoProgress } = await reports();
  await using source = await openVideo(input, sourceOptions(flags, signal));
  const task = flags.task === 'detect' ? 'classify' : flags.task;
  const opening = { engine: startEngine(Number.POSITIVE_INFINITY), signal };
  const common = {
    signal,
    minScore: flags.minScore,
    ...(flags.interval !== undefined && { interval: flags.interval }),
  };
  await using recognizer = await openRecognizer(task, flags.model, opening);
  const run = watch(source, { ...common, task, recognizer } as WatchOptions);
  const progress = videoProgress(source);
  try {
    for await (const { picture: _, tags: __, ...frame } of run) {
      progress.update(frame.time, run.summary.frames);
      if (flags.jsonl && !process.stdout.write(`${JSON.stringify(frame)}\n`)) await drained(process.stdout);
    }
  } finally {
    progress.stop();
  }
  const { summary } = run;
  if (flags.json) process.stdout.write(`${JSON.stringify(summary, null, 2)}\n`);
  else if (!flags.jsonl) process.stdout.write(`${renderWatchSummary(summary)}\n`);
  return sayIncomplete(summary.state.incomplete);
}

async function sayIncomplete(incomplete: string | undefined): Promise<number> {
  if (incomplete === undefined) return EXIT.ok;
  const { notice } = await import('../render/notices.ts');
  notice(`The video is incomplete: ${incomplete}.`);
  return EXIT.failed;
}

/** Every other file that was asked for, as one. */
async function openFiles(paths: readonly string[], source: SourceInfo): Promise<ResultWriter> {
  const { openResultWriter } = await results();
  const files: ResultWriter[] = [];
  for (const path of paths) files.push(await openResultWriter(path, source));
  return {
    async write(frame) {
      for (const file of files) await file.write(frame);
    },
    async finish(run) {
      for (const file of files) await file.finish(run);
    },
    async [Symbol.asyncDispose]() {
      for (const file of files) await file[Symbol.asyncDispose]();
    },
  };
}

/** Where annotated frames go; nothing without a video in `--output`. */
async function openWriter(input: string, path: string | undefined, flags: VideoFlags, source: SourceInfo) {
  if (path === undefined) return undefined;
  const { openAnnotatedVideo } = await annotated();
  return openAnnotatedVideo({
    path,
    source,
    ...(source.audio && { audioFrom: input }),
    ...(flags.start !== undefined && { start: flags.start }),
    ...(flags.ffmpeg !== undefined && { ffmpeg: flags.ffmpeg }),
    lines: flags.line ?? [],
    zones: await readZones(flags.zone ?? []),
  });
}

/** A reader that is gone ends the wait as well. */
function drained(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      stream.off('drain', done).off('close', done).off('error', done);
      resolve();
    };
    stream.on('drain', done).on('close', done).on('error', done);
  });
}

function sourceOptions(flags: VideoFlags, signal: AbortSignal): OpenVideoOptions {
  const { keyFrames, start, end, scale, live, frameRate, ffmpeg } = flags;
  const { every, fps } = flags.output?.some((path) => VIDEO_ENDING.test(path)) ? {} : flags;
  return {
    signal,
    ...(every !== undefined && { every }),
    ...(fps !== undefined && { fps }),
    ...(keyFrames && { keyFrames }),
    ...(start !== undefined && { start }),
    ...(end !== undefined && { end }),
    ...(scale !== undefined && { longestSide: scale }),
    ...(live && { live }),
    ...(frameRate !== undefined && { frameRate }),
    ...(ffmpeg !== undefined && { ffmpeg }),
  };
}

function collectOption(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}

/** `0.1,0.6,0.9,0.6`, with `name=` before it and `@bottom` behind it where they are wanted. */
function lineOption(value: string, before: readonly LineInput[] = []): LineInput[] {
  const [, name, places = '', anchor] = /^(?:([^=]+)=)?([^@]*)(?:@(\w+))?$/.exec(value) ?? [];
  const [x1 = -1, y1 = -1, x2 = -1, y2 = -1, ...more] = places
    .split(',')
    .map((part) => (part.trim() === '' ? -1 : Number(part)));
  if (more.length > 0 || ![x1, y1, x2, y2].every((part) => part >= 0 && part <= 1)) {
    throw new InvalidArgumentError('Expected four fractions of the picture, such as 0.1,0.6,0.9,0.6.');
  }
  if (anchor !== undefined && !isAnchor(anchor)) {
    throw new InvalidArgumentError(`Expected one of ${ANCHORS.join(', ')} behind the @.`);
  }
  const named = { ...(name !== undefined && { name: name.trim() }), ...(anchor !== undefined && { anchor }) };
  return [...before, { ...named, from: [x1, y1], to: [x2, y2] }];
}

const ANCHORS = ['center', 'bottom', 'top', 'left', 'right'] as const;

function isAnchor(text: string): text is (typeof ANCHORS)[number] {
  return ANCHORS.some((anchor) => anchor === text);
}

/** Seconds, or minutes:seconds, or hours:minutes:seconds. */
function secondsOption(value: string): number {
  const seconds = /^\d+(:\d+){0,2}(\.\d+)?$/.test(value)
    ? value.split(':').reduce((sum, part) => sum * 60 + Number(part), 0)
    : Number.NaN;
  if (!Number.isFinite(seconds)) throw new InvalidArgumentError('Expected seconds, such as 90 or 1:30.');
  return seconds;
}

async function readZones(files: readonly string[]): Promise<ZoneInput[]> {
  if (files.length === 0) return [];
  const { readFile } = await import('node:fs/promises');
  const { PictorError } = await import('../../errors.ts');
  const zones: ZoneInput[] = [];
  for (const file of files) {
    try {
      const parsed = JSON.parse(await readFile(file, 'utf8')) as ZoneInput | ZoneInput[];
      zones.push(...(Array.isArray(parsed) ? parsed : [parsed]));
    } catch (cause) {
      throw new PictorError('OPTION_INVALID', {
        expected: 'a JSON file of zones',
        received: `${file} (${cause instanceof Error ? cause.message : cause})`,
        cause,
      });
    }
  }
  return zones;
}
