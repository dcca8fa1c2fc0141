/**
 * Frames into a video file, with their times and the sound of the original.
 *
 * @module
 */
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { rename, rm } from 'node:fs/promises';
import { dirname, extname, join, resolve } from 'node:path';
import { PictorError } from '../../errors.ts';
import type { Pixels } from '../../image/types.ts';
import { type Ffmpeg, findFfmpeg } from '../ffmpeg/find-ffmpeg.ts';
import { type FfmpegRun, startFfmpeg } from '../ffmpeg/process.ts';
import type { SourceInfo } from '../types.ts';
import { matroskaFrame, matroskaHeader } from './matroska.ts';

/** A video file that is being written. It appears under its name when it is complete. */
export interface VideoWriter extends AsyncDisposable {
  /** Encoder that was chosen, e.g. `libx264`. */
  readonly encoder: string;
  /**
   * Appends a frame.
   *
   * @param time seconds since the beginning of the video, more than before
   * @throws VIDEO_ENCODE_FAILED, e.g. when the disk is full
   */
  write(pixels: Pixels, time: number): Promise<void>;
  /** Completes the file. @throws VIDEO_ENCODE_FAILED */
  finish(): Promise<void>;
  /** Leaves nothing behind. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** What is written, and where. */
export interface VideoWriterOptions {
  /** `.mp4`, `.m4v`, `.mov`, `.mkv` or `.webm`. */
  readonly path: string;
  /** What the frames come from: says what sound there is and how long it should be. */
  readonly source?: Pick<SourceInfo, 'audio' | 'audioCodec' | 'duration' | 'frameRate'>;
  /** File whose sound is kept. */
  readonly audioFrom?: string;
  /** Seconds at which the frames begin in that file (default 0). */
  readonly start?: number;
  /** Whether the file can be played while it grows (default false). Only mp4 and mov, and under its own name at once. */
  readonly growing?: boolean;
  readonly ffmpeg?: string;
}

const H264 = ['libx264', 'libopenh264'];
const BY_ENDING: Readonly<Record<string, readonly string[]>> = {
  '.mp4': [...H264, 'libvpx-vp9', 'mpeg4'],
  '.m4v': [...H264, 'mpeg4'],
  '.mov': [...H264, 'mpeg4'],
  '.mkv': [...H264, 'libvpx-vp9', 'mpeg4'],
  '.webm': ['libvpx-vp9', 'libvpx'],
};

const SETTINGS: Readonly<Record<string, readonly string[]>> = {
  libx264: ['-preset', 'veryfast', '-crf', '21'],
  libopenh264: ['-b:v', '4M'],
  'libvpx-vp9': ['-deadline', 'realtime', '-cpu-used', '8', '-row-mt', '1', '-b:v', '3M'],
  libvpx: ['-deadline', 'realtime', '-cpu-used', '8', '-b:v', '3M'],
  mpeg4: ['-q:v', '4'],
};

/** Sound that MP4 and its kin can hold as it is. */
const PLAIN_SOUND: ReadonlySet<string> = new Set(['aac', 'mp3', 'ac3', 'eac3', 'alac', 'opus', 'flac']);

/**
 * Opens a video file for writing. Encoders are tried in the order H.264, VP9, MPEG-4.
 *
 * @throws OPTION_INVALID for another ending, VIDEO_DECODER_MISSING, VIDEO_ENCODE_FAILED
 * @example
 * await using writer = await openVideoWriter({ path: 'annotated.mp4' });
 * const source = await openVideo('traffic.mp4');
 * for await (const frame of source.frames()) await writer.write(frame, frame.time);
 * await writer.finish();
 */
export async function openVideoWriter(options: VideoWriterOptions): Promise<VideoWriter> {
  const ending = extname(options.path).toLowerCase();
  const wanted = BY_ENDING[ending];
  if (!wanted) {
    throw new PictorError('OPTION_INVALID', {
      expected: `a file name that ends in ${Object.keys(BY_ENDING).join(', ')}`,
      received: options.path,
    });
  }
  const ffmpeg = await findFfmpeg(options.ffmpeg);
  const known = await encodersOf(ffmpeg);
  const encoder = wanted.find((name) => known.has(name));
  if (encoder === undefined) {
    throw new PictorError('VIDEO_ENCODE_FAILED', {
      expected: `an ffmpeg with one of ${wanted.join(', ')}`,
      received: ffmpeg.version,
    });
  }
  const target = resolve(options.path);
  // Beside the target, so that renaming it is one step; with its ending, which tells ffmpeg the container.
  const part = options.growing
    ? target
    : join(dirname(target), `.${process.pid}-${Date.now()}.part${ending}`);
  return new FfmpegWriter(ffmpeg, encoder, options, { target, part, ending });
}

class FfmpegWriter implements VideoWriter {
  readonly encoder: string;
  readonly #ffmpeg: Ffmpeg;
  readonly #options: VideoWriterOptions;
  readonly #files: { readonly target: string; readonly part: string; readonly ending: string };
  #run: FfmpegRun | undefined;
  #size: { readonly width: number; readonly height: number } | undefined;
  #last: { readonly pixels: Pixels; readonly time: number; readonly gap: number } | undefined;
  #done = false;

  constructor(
    ffmpeg: Ffmpeg,
    encoder: string,
    options: VideoWriterOptions,
    files: { readonly target: string; readonly part: string; readonly ending: string },
  ) {
    this.#ffmpeg = ffmpeg;
    this.encoder = encoder;
    this.#options = options;
    this.#files = files;
  }

  async write(pixels: Pixels, time: number): Promise<void> {
    const { width, height } = pixels;
    this.#run ??= await this.#begin(pixels, time);
    if (width !== this.#size?.width || height !== this.#size.height) {
      throw new PictorError('VIDEO_ENCODE_FAILED', {
        expected: `frames of ${this.#size?.width}×${this.#size?.height}`,
        received: `${width}×${height}`,
        fix: 'Write a stream that changes its size with longestSide, or into a file for each size',
      });
    }
    this.#last = { pixels, time, gap: time - (this.#last?.time ?? time) };
    await this.#send(matroskaFrame(time, pixels.data.length));
    await this.#send(pixels.data);
  }

  async finish(): Promise<void> {
    const run = this.#run;
    if (!run || !this.#last) {
      throw new PictorError('VIDEO_ENCODE_FAILED', { expected: 'at least one frame', received: 'none' });
    }
    const { duration, frameRate } = this.#options.source ?? {};
    const { pixels, time, gap } = this.#last;
    const usual = frameRate === undefined ? gap : Math.min(gap, 1 / frameRate);
    const missing = (duration ?? 0) - (this.#options.start ?? 0) - time;
    // A last frame that stands for long would be cut to the length of the one before it.
    if (missing > 3 * Math.max(usual, 0.02) && this.#options.start === undefined)
      await this.write(pixels, time + missing - usual);
    run.input?.end();
    const { code, signal } = await run.ended;
    if (code !== 0) throw this.#failure(signal ?? `code ${code}`);
    const { part, target } = this.#files;
    if (part !== target) {
      await rename(part, target).catch((cause: NodeJS.ErrnoException) => {
        throw new PictorError('FILE_WRITE_FAILED', { received: `${target} (${cause.code})`, cause });
      });
    }
    this.#done = true;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#done) return;
    await this.#run?.stop();
    await rm(this.#files.part, { force: true });
  }

  async #begin({ width, height }: Pixels, time: number): Promise<FfmpegRun> {
    this.#size = { width, height };
    const run = startFfmpeg(this.#ffmpeg.path, this.#args(time), { input: 'pipe' });
    run.output(1).resume();
    this.#run = run;
    await this.#send(matroskaHeader(width, height));
    return run;
  }

  #args(time: number): string[] {
    const { source, audioFrom, start, growing } = this.#options;
    const { ending, part } = this.#files;
    const sound = audioFrom !== undefined && source?.audio === true;
    const isMp4 = ending !== '.webm' && ending !== '.mkv';
    const copies = ending === '.mkv' || (isMp4 && PLAIN_SOUND.has(source?.audioCodec ?? ''));
    const tick = this.encoder === 'mpeg4' ? '1/60000' : '1/90000';
    return [
      // Without the offset ffmpeg would move the first frame to 0, and with it the sound out of step.
      ...['-itsoffset', String(time), '-f', 'matroska', '-i', 'pipe:0'],
      ...(sound
        ? [
            ...(start ? ['-ss', String(start)] : []),
            '-protocol_whitelist',
            'file',
            '-i',
            `file:${resolve(audioFrom)}`,
          ]
        : []),
      ...[
        '-map',
        '0:v:0',
        ...(sound ? ['-map', '1:a?', '-c:a', copies ? 'copy' : isMp4 ? 'aac' : 'libopus'] : ['-an']),
      ],
      ...(sound && start ? ['-shortest'] : []),
      '-vf',
      'scale=out_color_matrix=bt709:out_range=tv,pad=ceil(iw/2)*2:ceil(ih/2)*2,format=yuv420p',
      ...['-c:v', this.encoder, ...(SETTINGS[this.encoder] ?? []), '-g', '120'],
      ...['-colorspace', 'bt709', '-color_primaries', 'bt709', '-color_trc', 'bt709'],
      ...[...this.#ffmpeg.passthrough, '-enc_time_base', tick],
      // Every two seconds, whatever the frame rate: a fragment that is not complete cannot be played.
      ...(growing ? ['-force_key_frames', 'expr:gte(t,n_forced*2)'] : []),
      ...(isMp4 ? ['-movflags', growing ? '+frag_keyframe+empty_moov+default_base_moof' : '+faststart'] : []),
      ...(isMp4 ? ['-video_track_timescale', '90000'] : []),
      ...['-y', `file:${part}`],
    ];
  }

  async #send(bytes: Uint8Array): Promise<void> {
    const run = this.#run;
    const input = run?.input;
    if (!run || !input) throw this.#failure('no input');
    const room = input.write(bytes);
    if (room && input.writable) return;
    const ended = run.ended.then(() => 'ended' as const);
    const next = await Promise.race([
      ended,
      once(input, 'drain').then(
        () => 'drained' as const,
        () => ended,
      ),
    ]);
    if (next === 'ended') throw this.#failure('early');
  }

  #failure(how: string): PictorError {
    const log = this.#run?.log() ?? [];
    const full = log.find((line) => /No space left|Permission denied|No such file/.test(line));
    const reason = full ?? log.findLast((line) => !/deprecated/.test(line)) ?? `ffmpeg ended (${how})`;
    return new PictorError('VIDEO_ENCODE_FAILED', {
      expected: `to write ${this.#options.path}`,
      received: reason.replace(/\.$/, ''),
    });
  }
}

const encoders = new Map<string, Promise<ReadonlySet<string>>>();

function encodersOf({ path }: Ffmpeg): Promise<ReadonlySet<string>> {
  const known = encoders.get(path);
  if (known) return known;
  const asked = new Promise<ReadonlySet<string>>((done) => {
    execFile(path, ['-hide_banner', '-encoders'], { maxBuffer: 4 * 1024 * 1024 }, (_, stdout) => {
      done(new Set([...stdout.matchAll(/^ V\S{5} (\S+)/gm)].map((match) => match[1] ?? '')));
    });
  });
  encoders.set(path, asked);
  return asked;
}
