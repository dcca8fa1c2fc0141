/**
 * What ffprobe knows of a video.
 *
 * @module
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import * as z from 'zod';
import { PictorError } from '../../errors.ts';
import { redact } from './redact.ts';

/** Facts of a container and its picture stream. */
export interface Probe {
  /** Number of the picture stream in the file. */
  readonly stream: number;
  readonly codec?: string;
  /** Size as stored, before rotation and sample aspect ratio. */
  readonly width: number;
  readonly height: number;
  /** Width of a stored pixel by its height. */
  readonly pixelAspect: number;
  /** Clockwise. */
  readonly rotation: 0 | 90 | 180 | 270;
  readonly frameRate?: number;
  readonly duration?: number;
  readonly frames?: number;
  /** Seconds of the first picture as the file counts them. */
  readonly startTime: number;
  /** Transfer function of high dynamic range: it needs tone mapping. */
  readonly hdr: boolean;
  readonly audio: boolean;
  readonly audioCodec?: string;
  /** Seconds of the whole file's beginning, as it counts them. */
  readonly fileStart: number;
}

const text = z.string().optional();
const streamSchema = z.looseObject({
  index: z.number(),
  codec_type: text,
  codec_name: text,
  width: z.number().optional(),
  height: z.number().optional(),
  sample_aspect_ratio: text,
  avg_frame_rate: text,
  nb_frames: text,
  duration: text,
  start_time: text,
  color_transfer: text,
  disposition: z.record(z.string(), z.number()).optional(),
  side_data_list: z.array(z.looseObject({ rotation: z.number().optional() })).optional(),
});
const answerSchema = z.looseObject({
  streams: z.array(streamSchema).default([]),
  format: z.looseObject({ duration: text, start_time: text }).default({}),
});

/**
 * Asks ffprobe.
 *
 * @param inputArgs what ffmpeg would get before `-i`
 * @param address what ffmpeg would get after it
 * @param options `live`: the address of a camera
 * @throws VIDEO_UNREADABLE when it is no video, VIDEO_SOURCE_LOST where no camera answers, ABORTED
 */
export async function probeVideo(
  ffprobe: string,
  inputArgs: readonly string[],
  address: string,
  options: { readonly signal?: AbortSignal; readonly timeoutMs: number; readonly live?: boolean },
): Promise<Probe> {
  const args = ['-v', 'error', '-show_streams', '-show_format', '-of', 'json', ...inputArgs, '-i', address];
  const { stdout } = await promisify(execFile)(ffprobe, args, {
    timeout: options.timeoutMs,
    killSignal: 'SIGKILL',
    maxBuffer: 8 * 1024 * 1024,
    windowsHide: true,
    ...(options.signal && { signal: options.signal }),
  }).catch((thrown: Error & { stderr?: string; killed?: boolean }) => {
    if (options.signal?.aborted) throw new PictorError('ABORTED', { cause: options.signal.reason });
    const received = thrown.killed
      ? `nothing within ${options.timeoutMs / 1000} s`
      : reasonOf(thrown.stderr ?? '');
    throw options.live
      ? new PictorError('VIDEO_SOURCE_LOST', { expected: `a camera at ${redact(address)}`, received })
      : new PictorError('VIDEO_UNREADABLE', { expected: 'a video', received });
  });
  const answer = answerSchema.safeParse(JSON.parse(stdout || '{}'));
  const streams = answer.success ? answer.data.streams : [];
  const pictures = streams.filter(
    ({ codec_type, disposition }) => codec_type === 'video' && disposition?.attached_pic !== 1,
  );
  const [stream] = pictures;
  if (!stream?.width || !stream.height) {
    const other = streams.map(({ codec_type }) => codec_type ?? 'data').join(', ');
    throw new PictorError('VIDEO_UNREADABLE', {
      expected: 'a video',
      received: other === '' ? 'a file without any stream' : `a file with only ${other}`,
    });
  }
  const duration = positive(stream.duration) ?? positive(answer.data?.format.duration);
  const frameRate = fraction(stream.avg_frame_rate);
  const frames = positive(stream.nb_frames);
  const sound = streams.find(({ codec_type }) => codec_type === 'audio');
  return {
    stream: stream.index,
    ...(stream.codec_name !== undefined && { codec: stream.codec_name }),
    width: stream.width,
    height: stream.height,
    pixelAspect: fraction(stream.sample_aspect_ratio) ?? 1,
    rotation: rotationOf(
      stream.side_data_list?.find(({ rotation }) => rotation !== undefined)?.rotation ?? 0,
    ),
    ...(frameRate !== undefined && { frameRate }),
    ...(duration !== undefined && { duration }),
    ...(frames !== undefined && { frames }),
    startTime: Number(stream.start_time) || 0,
    hdr: stream.color_transfer === 'smpte2084' || stream.color_transfer === 'arib-std-b67',
    audio: sound !== undefined,
    ...(sound?.codec_name !== undefined && { audioCodec: sound.codec_name }),
    fileStart: Number(answer.data?.format.start_time) || 0,
  };
}

/** What a log says went wrong: its first line is nearer to the cause than its last, which only names the file. */
export function reasonOf(log: string): string {
  const lines = redact(log)
    .split('\n')
    .map((line) => line.replace(/^\[([^\]@]+) @ 0x[\da-f]+\]/, '[$1]').trim())
    .filter((line) => line !== '' && !/Last message repeated|misdetection possible/.test(line));
  if (lines.some((line) => /not on whitelist/.test(line)))
    return 'a play list, or another kind of file that is no recording';
  const [first = 'nothing'] = lines;
  return first
    .replace(
      /^(?:file:|pipe:)?\S.*: (?=Invalid data|No such|Permission|Connection|Server|Input\/output|End of file)/,
      '',
    )
    .slice(0, 300)
    .replace(/\.$/, '');
}

function positive(value: string | undefined): number | undefined {
  const number = Number(value);
  return number > 0 && Number.isFinite(number) ? number : undefined;
}

function fraction(value: string | undefined): number | undefined {
  const [above, below] = (value ?? '').split(/[/:]/).map(Number);
  return positive(String((above ?? 0) / (below ?? 1)));
}

/** ffprobe counts counter-clockwise. */
function rotationOf(degrees: number): 0 | 90 | 180 | 270 {
  const quarter = (((Math.round(-degrees / 90) % 4) + 4) % 4) as 0 | 1 | 2 | 3;
  return ([0, 90, 180, 270] as const)[quarter];
}
