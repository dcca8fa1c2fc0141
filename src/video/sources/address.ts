/**
 * What a name of a video means, and how ffmpeg may open it.
 *
 * @module
 */
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { PictorError } from '../../errors.ts';
import { redact } from '../ffmpeg/redact.ts';

/** A source as named by a user. */
export type VideoAddress =
  | { readonly kind: 'file'; readonly name: string; readonly path: string }
  | { readonly kind: 'folder'; readonly name: string; readonly path: string }
  | { readonly kind: 'glob'; readonly name: string; readonly pattern: string }
  | { readonly kind: 'stdin'; readonly name: string }
  | { readonly kind: 'network'; readonly name: string; readonly url: string; readonly live: boolean }
  | { readonly kind: 'device'; readonly name: string; readonly format: string; readonly device: string };

/** Containers of one recording. Play lists (hls, concat, dash, sdp) are not among them: they name other files. */
const CONTAINERS = [
  'mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpegts,mpeg,mpegvideo,flv,ogg,asf,gif,apng,ivf,nut,mxf,dv,wtv,rm',
  'h264,hevc,obu,m4v,h263,mjpeg,mpjpeg,vc1,dirac,yuv4mpegpipe',
].join(',');

/** Arguments before `-i`: what ffmpeg may open, and nothing else. */
export function inputArgs(address: VideoAddress): string[] {
  switch (address.kind) {
    case 'network':
      // By default ffmpeg studies five seconds of a stream before it shows the first frame.
      return [...networkArgs(address.url), ...(address.live ? ['-analyzeduration', '1000000'] : [])];
    case 'device':
      return ['-f', address.format];
    case 'stdin':
      return ['-protocol_whitelist', 'pipe', '-format_whitelist', CONTAINERS];
    default:
      return ['-protocol_whitelist', 'file', '-format_whitelist', CONTAINERS];
  }
}

/** What comes after `-i`. A file's name is never taken for a protocol, a pattern or an option. */
export function inputName(address: VideoAddress): string {
  switch (address.kind) {
    case 'network':
      return address.url;
    case 'device':
      return address.device;
    case 'stdin':
      return 'pipe:0';
    case 'file':
    case 'folder':
      return `file:${address.path}`;
    case 'glob':
      return `file:${address.pattern}`;
  }
}

function networkArgs(url: string): string[] {
  const scheme = new URL(url).protocol.slice(0, -1).toLowerCase();
  const eager = ['-fflags', 'nobuffer', '-flags', 'low_delay'];
  if (scheme === 'rtsp' || scheme === 'rtsps') {
    const whitelist = ['-protocol_whitelist', 'rtsp,rtsps,rtp,srtp,tcp,tls,udp,crypto'];
    return [...whitelist, ...eager, '-rtsp_transport', 'tcp', '-timeout', '10000000'];
  }
  if (scheme === 'http' || scheme === 'https') {
    return ['-protocol_whitelist', 'http,https,tcp,tls,crypto,httpproxy', '-rw_timeout', '15000000'];
  }
  return ['-protocol_whitelist', `${scheme},tcp,tls,udp,crypto,rtmp,rtmps`, ...eager];
}

const SCHEMES: ReadonlySet<string> = new Set([
  'rtsp',
  'rtsps',
  'rtmp',
  'rtmps',
  'srt',
  'udp',
  'tcp',
  'http',
  'https',
]);

/**
 * Understands what a user names: `-`, an address, a camera (`/dev/video0`, `webcam:0`), a folder, a glob, a file.
 *
 * @param live whether an http address is a camera; by default an `.m3u8` and everything that is not http
 * @throws VIDEO_NOT_FOUND, VIDEO_SOURCE_INVALID
 */
export async function parseAddress(input: string, live?: boolean): Promise<VideoAddress> {
  if (input === '-') return { kind: 'stdin', name: '(standard input)' };
  const scheme = /^([a-z][a-z\d+.-]+):/i.exec(input)?.[1]?.toLowerCase();
  if (scheme === 'webcam') return webcam(input.slice('webcam:'.length) || '0');
  if (/^\/dev\/video\d+$/.test(input)) return { kind: 'device', name: input, format: 'v4l2', device: input };
  const found = await stat(input).catch(() => undefined);
  if (found?.isDirectory()) return { kind: 'folder', name: input, path: resolve(input) };
  if (found) return { kind: 'file', name: input, path: resolve(input) };
  if (scheme !== undefined && input.startsWith(`${input.slice(0, scheme.length)}://`)) {
    if (!SCHEMES.has(scheme) || !URL.canParse(input)) {
      throw new PictorError('VIDEO_SOURCE_INVALID', {
        expected: `a file, a folder, a camera, - or an address of ${[...SCHEMES].join(', ')}`,
        received: redact(input).slice(0, 200),
      });
    }
    const isFile = scheme.startsWith('http') && !/\.m3u8$/i.test(new URL(input).pathname);
    return { kind: 'network', name: redact(input), url: input, live: live ?? !isFile };
  }
  if (/[*?{[]/.test(input)) return { kind: 'glob', name: input, pattern: input };
  throw new PictorError('VIDEO_NOT_FOUND', { received: input.slice(0, 200) });
}

function webcam(number: string): VideoAddress {
  const name = `webcam:${number}`;
  if (process.platform === 'darwin') return { kind: 'device', name, format: 'avfoundation', device: number };
  if (process.platform === 'win32')
    return { kind: 'device', name, format: 'dshow', device: `video=${number}` };
  return { kind: 'device', name, format: 'v4l2', device: `/dev/video${number}` };
}
