/**
 * Where ffmpeg is on this machine. It is a program of its own and never comes with Pictor.
 *
 * @module
 */
import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { PictorError } from '../../errors.ts';

/** An ffmpeg that answers. */
export interface Ffmpeg {
  /** Program name or path. */
  readonly path: string;
  /** As it calls itself, e.g. `5.1.9-0+deb12u1`. */
  readonly version: string;
  /** The option that keeps ffmpeg from inventing and dropping frames, by version. */
  readonly passthrough: readonly string[];
  /** ffprobe of the same installation; absent where there is none. */
  readonly ffprobe?: string;
}

const run = promisify(execFile);
const found = new Map<string, Promise<Ffmpeg>>();

/**
 * Finds ffmpeg: the option, else the variable `PICTOR_FFMPEG`, else `@ffmpeg-installer/ffmpeg` if that is installed,
 * else the PATH. Its version is read once.
 *
 * @param path program name or path
 * @throws VIDEO_DECODER_MISSING with the line that installs it
 * @example
 * const { path, version } = await findFfmpeg();
 */
export async function findFfmpeg(path?: string): Promise<Ffmpeg> {
  const named = path ?? (process.env.PICTOR_FFMPEG || undefined);
  const candidates = named === undefined ? [installedPackage('ffmpeg'), 'ffmpeg'] : [named];
  for (const candidate of candidates) {
    if (candidate === undefined) continue;
    const answer = found.get(candidate) ?? ask(candidate);
    found.set(candidate, answer);
    const ffmpeg = await answer.catch(() => undefined);
    if (ffmpeg) return ffmpeg;
    // It may be installed while this process runs.
    found.delete(candidate);
  }
  throw new PictorError('VIDEO_DECODER_MISSING', {
    expected: named === undefined ? 'ffmpeg on the PATH' : `ffmpeg at ${named}`,
    fix: `Install it (${installLine()}), or name it in PICTOR_FFMPEG`,
  });
}

async function ask(path: string): Promise<Ffmpeg> {
  const { stdout } = await run(path, ['-hide_banner', '-version'], { timeout: 20_000, windowsHide: true });
  const version = /^ffmpeg version (\S+)/.exec(stdout)?.[1];
  if (version === undefined) throw new Error(`${path} is not ffmpeg`);
  const ffprobe = await probeBeside(path);
  return {
    path,
    version,
    passthrough: isOld(version) ? ['-vsync', 'passthrough'] : ['-fps_mode', 'passthrough'],
    ...(ffprobe !== undefined && { ffprobe }),
  };
}

/** `-fps_mode` came with 5.1. Builds of the master branch are named N-…; those of before 2022 have five digits. */
function isOld(version: string): boolean {
  const numbers = /^n?(\d+)\.(\d+)/.exec(version);
  if (numbers) return Number(numbers[1]) < 5 || (Number(numbers[1]) === 5 && Number(numbers[2]) < 1);
  return /^N-\d{5}\b/.test(version);
}

async function probeBeside(path: string): Promise<string | undefined> {
  const beside = path.includes('/') || path.includes('\\') ? join(dirname(path), 'ffprobe') : 'ffprobe';
  for (const candidate of [beside, installedPackage('ffprobe'), 'ffprobe']) {
    if (candidate === undefined) continue;
    const answers = await run(candidate, ['-version'], { timeout: 20_000, windowsHide: true }).then(
      () => true,
      () => false,
    );
    if (answers) return candidate;
  }
  return undefined;
}

function installedPackage(program: 'ffmpeg' | 'ffprobe'): string | undefined {
  try {
    const require = createRequire(join(process.cwd(), 'package.json'));
    return (require(`@${program}-installer/${program}`) as { path?: string }).path;
  } catch {
    return undefined;
  }
}

function installLine(): string {
  if (process.platform === 'darwin') return 'brew install ffmpeg';
  if (process.platform === 'win32') return 'winget install ffmpeg';
  return 'apt-get install ffmpeg, apk add ffmpeg or dnf install ffmpeg-free';
}
