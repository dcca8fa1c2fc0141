/**
 * The front door of video: whatever is named, as frames.
 *
 * @module
 */
import { open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { PictorError } from '../errors.ts';
import { sniffFormat } from '../image/formats/sniff.ts';
import { findFfmpeg } from './ffmpeg/find-ffmpeg.ts';
import { probeVideo } from './ffmpeg/probe.ts';
import { inputArgs, inputName, parseAddress, type VideoAddress } from './sources/address.ts';
import { openLive } from './sources/live.ts';
import { infoOf, openRecording } from './sources/recording.ts';
import type { FrameSource } from './types.ts';

/** How a video is read. Every option may be left out. */
export interface OpenVideoOptions {
  /** ffmpeg of one's own choice: program name or path (default: `PICTOR_FFMPEG`, then the PATH). */
  readonly ffmpeg?: string;
  /** Every nth frame, at least 1 (default 1). */
  readonly every?: number;
  /** At most so many frames a second of media time. */
  readonly fps?: number;
  /** Only key frames (default false). */
  readonly keyFrames?: boolean;
  /** Seconds since the first frame. */
  readonly start?: number;
  /** Seconds since the first frame. */
  readonly end?: number;
  /** Longest side of the frames, pixels; smaller ones stay as they are. */
  readonly longestSide?: number;
  /** Pictures a second where the source does not say: folders and MJPEG files (default 25). */
  readonly frameRate?: number;
  /** Whether it is a camera (default: known from the address). */
  readonly live?: boolean;
  /** Cameras: seconds without a frame after which the connection is made again (default 10). */
  readonly silence?: number;
  /** Cameras: seconds without a connection after which it is given up. */
  readonly giveUpAfter?: number;
  /** Cameras: seconds before the first try to connect again (default 0.5). */
  readonly backOff?: number;
  /** What `-` reads (default: standard input of the process). */
  readonly stdin?: Readable;
  readonly signal?: AbortSignal;
}

/** Milliseconds that a look at a source may take. */
const PROBE_MS = 20_000;

/**
 * Opens a video: a file, an address (`rtsp://`, `http://`, HLS), a camera (`/dev/video0`, `webcam:0`), `-` for standard
 * input, a folder or glob of pictures, an animated GIF or WebP, an MJPEG stream. Most need `ffmpeg` on the machine;
 * pictures, animations and MJPEG do not.
 *
 * @param input what to open
 * @throws VIDEO_NOT_FOUND, VIDEO_SOURCE_INVALID, VIDEO_SOURCE_LOST, VIDEO_UNREADABLE, VIDEO_DECODER_MISSING, OPTION_INVALID, ABORTED
 * @example
 * await using video = await openVideo('traffic.mp4', { fps: 5 });
 * for await (const { time, width, height } of video.frames(signal)) console.log(time, width, height);
 */
export async function openVideo(input: string, options: OpenVideoOptions = {}): Promise<FrameSource> {
  checkOptions(options);
  const { ffmpeg: path, live, signal } = options;
  const address = await parseAddress(input, live);
  if (address.kind === 'folder' || address.kind === 'glob') {
    const { openPictures } = await import('./sources/pictures.ts');
    return openPictures(address, options);
  }
  if (address.kind === 'file') {
    const head = await headOf(address.path);
    const other = await openWithoutFfmpeg(address, head, options);
    if (other) return other;
  }
  const ffmpeg = await findFfmpeg(path);
  if (address.kind === 'stdin') {
    return openRecording(ffmpeg, address, undefined, options, options.stdin ?? process.stdin);
  }
  if (ffmpeg.ffprobe === undefined) {
    if (address.kind === 'file') return openRecording(ffmpeg, address, undefined, options);
    throw new PictorError('VIDEO_DECODER_MISSING', { expected: `ffprobe beside ${ffmpeg.path}` });
  }
  const isLive = address.kind === 'device' || (address.kind === 'network' && address.live);
  const timeoutMs = address.kind === 'file' ? 2 * PROBE_MS : PROBE_MS;
  const looking = { timeoutMs, live: isLive, ...(signal && { signal }) };
  const probe = await probeVideo(ffmpeg.ffprobe, inputArgs(address), inputName(address), looking);
  const decoding = { ...options, ...(probe.hdr && (await canToneMap(ffmpeg.path)) && { toneMap: true }) };
  if (!isLive) return openRecording(ffmpeg, address, probe, decoding);
  return openLive(ffmpeg, address, String(probe.stream), infoOf(address, probe, decoding), decoding);
}

/** What needs no ffmpeg: animations and MJPEG. Also says what is no video at all. */
async function openWithoutFfmpeg(
  address: Extract<VideoAddress, { kind: 'file' }>,
  head: Uint8Array,
  options: OpenVideoOptions,
): Promise<FrameSource | undefined> {
  if (head.length === 0)
    throw new PictorError('VIDEO_UNREADABLE', { expected: 'a video', received: 'a file of 0 bytes' });
  const format = sniffFormat(head);
  if (format === 'gif' || format === 'webp') {
    const { openAnimation } = await import('./sources/animation.ts');
    return openAnimation(address, options);
  }
  if (format === 'jpeg' && (/\.mjpe?g$/i.test(address.path) || (await hasSecondJpeg(address.path)))) {
    const { openMjpegFile } = await import('./sources/mjpeg.ts');
    return openMjpegFile(address, options);
  }
  // An animated PNG is a video for ffmpeg.
  const isAnimatedPng = format === 'png' && Buffer.from(head).includes('acTL');
  if (format !== undefined && !isAnimatedPng) {
    throw new PictorError('VIDEO_UNREADABLE', {
      expected: 'a video',
      received: `a picture (${format}) named ${address.name}`,
      fix: 'For pictures use pictor detect, or name a folder of them',
    });
  }
  return undefined;
}

async function headOf(path: string): Promise<Uint8Array> {
  const file = await open(path, 'r').catch((cause: NodeJS.ErrnoException) => {
    throw new PictorError('VIDEO_SOURCE_INVALID', {
      received: `${path} (${cause.code ?? cause.message})`,
      cause,
    });
  });
  try {
    const { bytesRead, buffer } = await file.read(new Uint8Array(4096), 0, 4096, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

async function hasSecondJpeg(path: string): Promise<boolean> {
  const { countJpegs } = await import('./sources/mjpeg.ts');
  return (await countJpegs(path, 2)) >= 2;
}

const toneMapping = new Map<string, Promise<boolean>>();

/** Whether this ffmpeg has the filters that map high dynamic range: some builds lack zscale. */
async function canToneMap(path: string): Promise<boolean> {
  const known = toneMapping.get(path);
  if (known) return known;
  const { execFile } = await import('node:child_process');
  const asked = new Promise<boolean>((resolve) => {
    execFile(path, ['-hide_banner', '-filters'], { maxBuffer: 4 * 1024 * 1024 }, (_, stdout) => {
      resolve(/ zscale /.test(stdout) && / tonemap /.test(stdout));
    });
  });
  toneMapping.set(path, asked);
  return asked;
}

function checkOptions({ every, fps, start, end, longestSide }: OpenVideoOptions): void {
  const refuse = (expected: string, received: unknown): never => {
    throw new PictorError('OPTION_INVALID', { expected, received: String(received) });
  };
  if (every !== undefined && !(Number.isInteger(every) && every >= 1))
    refuse('every to be a whole number of at least 1', every);
  if (fps !== undefined && !(fps > 0 && fps <= 1000)) refuse('fps to be a number above 0, at most 1000', fps);
  if (start !== undefined && !(start >= 0 && Number.isFinite(start)))
    refuse('start to be seconds of at least 0', start);
  if (end !== undefined && !(end > (start ?? 0))) refuse('end to be seconds after start', end);
  if (
    longestSide !== undefined &&
    !(Number.isInteger(longestSide) && longestSide >= 16 && longestSide <= 16_384)
  ) {
    refuse('longestSide to be a whole number from 16 to 16384', longestSide);
  }
}
