/**
 * A video through ffmpeg as upright RGB frames with exact timestamps.
 *
 * @module
 */
import type { Readable } from 'node:stream';
import type { Pixels } from '../../image/types.ts';
import type { Ffmpeg } from './find-ffmpeg.ts';
import { ppmFrames } from './ppm-frames.ts';
import { type FfmpegEnd, type FfmpegRun, startFfmpeg } from './process.ts';
import { Timestamps } from './timestamps.ts';

/** Time base of all timestamps here: microseconds. */
const TICKS = 1_000_000;

/** Which frames are decoded, and how they come out. */
export interface DecodeOptions {
  /** Every nth frame. */
  readonly every?: number;
  /** At most so many frames a second of media time. */
  readonly fps?: number;
  /** Only key frames: quick, and as many as the encoder made. */
  readonly keyFrames?: boolean;
  /** Seconds from the start of the file. */
  readonly seek?: number;
  /** Longest side, pixels; smaller frames stay as they are. */
  readonly longestSide?: number;
  /** Converts high dynamic range to sRGB. */
  readonly toneMap?: boolean;
}

/** A frame as it comes from the decoder. */
export interface DecodedFrame extends Pixels {
  /** Number among all decoded frames, from 0. */
  readonly index: number;
  /** Seconds as the file counts them; undefined for a frame without a timestamp. */
  readonly pts: number | undefined;
}

/** A running decoder. */
export interface Decoder {
  readonly frames: AsyncIterable<DecodedFrame>;
  /** Frames decoded so far, those that were not selected included. */
  readonly decoded: number;
  readonly run: FfmpegRun;
  stop(): Promise<FfmpegEnd>;
}

/**
 * Starts decoding.
 *
 * @param input arguments before `-i`, what comes after it, and the stream's number
 * @param pipe what descriptor 0 is fed with
 */
export function startDecoder(
  ffmpeg: Ffmpeg,
  input: { readonly args: readonly string[]; readonly name: string; readonly stream: string },
  options: DecodeOptions,
  pipe?: Readable,
): Decoder {
  const selects = selection(options);
  // Timestamps of all frames on descriptor 3; where only some are wanted, those of the chosen ones on 4.
  const filters = [
    `settb=1/${TICKS}`,
    'metadata=mode=add:key=pictor:value=1',
    printTo(3, ffmpeg),
    ...(selects ? [selects, printTo(4, ffmpeg)] : []),
    ...(options.toneMap ? TONE_MAP : []),
    "scale='if(gt(sar,1),round(iw*sar),iw)':'if(lt(sar,1),round(ih/sar),ih)'",
    'setsar=1',
    ...(options.longestSide === undefined ? [] : [within(options.longestSide)]),
  ];
  const args = [
    ...input.args,
    ...(options.keyFrames ? ['-skip_frame', 'nokey'] : []),
    '-copyts',
    ...(options.seek ? ['-ss', String(options.seek)] : []),
    ...['-i', input.name, '-map', `0:${input.stream}`, '-an', '-sn', '-dn'],
    ...['-vf', filters.join(','), ...ffmpeg.passthrough],
    // Without it two frames of a variable rate may fall on one tick of the output, and ffmpeg complains.
    ...['-enc_time_base', `1/${TICKS}`, '-c:v', 'ppm', '-pix_fmt', 'rgb24', '-f', 'image2pipe', 'pipe:1'],
  ];
  const run = startFfmpeg(ffmpeg.path, args, { descriptors: selects ? 5 : 4, input: pipe ? 'pipe' : 'none' });
  if (pipe && run.input) pipe.pipe(run.input);
  const all = new Timestamps(run.output(3));
  const chosen = selects ? new Timestamps(run.output(4)) : undefined;
  let decoded = 0;

  async function* frames(): AsyncGenerator<DecodedFrame, void> {
    for await (const pixels of ppmFrames(run.output(1))) {
      const own = await (chosen ?? all).next();
      const pts = own?.pts;
      if (!chosen) decoded += 1;
      // The list of all frames is always ahead: a frame is printed there before it is chosen.
      for (let next = chosen && (await all.next()); next; next = await all.next()) {
        decoded += 1;
        if (next.pts === pts) break;
      }
      yield { ...pixels, index: decoded - 1, pts: pts === undefined ? undefined : pts / TICKS };
    }
    await run.ended;
    decoded += all.takeRest();
  }

  return {
    frames: frames(),
    get decoded() {
      return decoded;
    },
    run,
    stop: () => {
      pipe?.unpipe();
      return run.stop();
    },
  };
}

/** High dynamic range comes out pale unless it is mapped to what a screen shows. */
const TONE_MAP = [
  'zscale=t=linear:npl=100',
  'format=gbrpf32le',
  'zscale=p=bt709',
  'tonemap=hable:desat=0',
  'zscale=t=bt709:m=bt709:r=tv',
  'format=yuv420p',
];

function printTo(descriptor: number, { passthrough }: Ffmpeg): string {
  // Builds that know -fps_mode know `direct`, too; older ones hold lines back, which matters for cameras only.
  const direct = passthrough[0] === '-fps_mode' ? ':direct=1' : '';
  return `metadata=mode=print:key=pictor${direct}:file='pipe\\:${descriptor}'`;
}

function selection({ every = 1, fps }: DecodeOptions): string | undefined {
  const parts: string[] = [];
  if (every > 1) parts.push(`not(mod(n,${every}))`);
  // The first frame of each interval of 1/fps s; a hair of tolerance for times that are rounded.
  const slot = (time: string) => `floor((${time})*${fps}+0.001)`;
  if (fps !== undefined) parts.push(`(isnan(prev_selected_t)+gt(${slot('t')},${slot('prev_selected_t')}))`);
  return parts.length === 0 ? undefined : `select='${parts.join('*')}'`;
}

function within(side: number): string {
  return `scale='if(gte(iw,ih),min(iw,${side}),-1)':'if(gte(iw,ih),-1,min(ih,${side}))'`;
}
