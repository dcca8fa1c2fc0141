/**
 * ffmpeg as a child process: its last words without passwords, and an end that always comes.
 *
 * @module
 */
import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { redact } from './redact.ts';

const KEPT_LINES = 100;
const LINE_LENGTH = 400;
/** Milliseconds that ffmpeg has to end by itself. */
const GRACE_MS = 2000;

/** How a run ended. */
export interface FfmpegEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A running ffmpeg. */
export interface FfmpegRun {
  readonly pid: number | undefined;
  /** What it writes. Descriptor 0 cannot be read. */
  output(descriptor: number): Readable;
  readonly input: Writable | undefined;
  /** Settles when it has ended. */
  readonly ended: Promise<FfmpegEnd>;
  /** The last lines of its log, without passwords; a line for what it repeats. */
  log(): readonly string[];
  /** Whether the log has an error, as opposed to warnings. */
  readonly complaints: number;
  /** Ends it: what it writes to is closed first, or it would wait for a reader for ever. */
  stop(): Promise<FfmpegEnd>;
}

/**
 * Starts ffmpeg.
 *
 * @param args without the program's name
 * @param descriptors how many it writes to, from 1 on; 2 is its log
 * @param input what it reads on descriptor 0
 */
export function startFfmpeg(
  path: string,
  args: readonly string[],
  {
    descriptors = 1,
    input = 'none',
  }: { readonly descriptors?: number; readonly input?: 'none' | 'pipe' } = {},
): FfmpegRun {
  const child: ChildProcess = spawn(
    path,
    ['-hide_banner', '-nostdin', '-loglevel', 'level+warning', ...args],
    {
      stdio: [
        input === 'pipe' ? 'pipe' : 'ignore',
        ...Array.from({ length: Math.max(2, descriptors) }, () => 'pipe' as const),
      ],
      windowsHide: true,
    },
  );
  const lines: string[] = [];
  let complaints = 0;
  let rest = '';
  const keep = (line: string) => {
    const text = redact(line).trim().slice(0, LINE_LENGTH);
    if (text === '' || /Last message repeated/.test(text)) return;
    if (/\[(error|fatal|panic)\]/.test(text)) complaints += 1;
    lines.push(text.replace(/ @ 0x[\da-f]+\]/g, ']').replaceAll(/\[(error|fatal|panic|warning)\] /g, ''));
    if (lines.length > KEPT_LINES) lines.shift();
  };
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    const parts = (rest + text).split(/[\r\n]+/);
    rest = (parts.pop() ?? '').slice(-LINE_LENGTH);
    for (const part of parts) keep(part);
  });
  const ended = new Promise<FfmpegEnd>((resolve) => {
    child.once('error', (error) => {
      keep(`[fatal] ${error.message}`);
      resolve({ code: -1, signal: null });
    });
    child.once('close', (code, signal) => {
      keep(rest);
      resolve({ code, signal });
    });
  });
  // A pipe whose other end is gone is no error of ours.
  for (const pipe of child.stdio) pipe?.on('error', () => {});

  return {
    pid: child.pid,
    input: child.stdin ?? undefined,
    output(descriptor) {
      const pipe = child.stdio[descriptor];
      if (!pipe || !('read' in pipe)) throw new RangeError(`descriptor ${descriptor} is not read`);
      return pipe as Readable;
    },
    ended,
    log: () => lines,
    get complaints() {
      return complaints;
    },
    async stop() {
      for (const pipe of child.stdio.slice(0, 2).concat(child.stdio.slice(3))) pipe?.destroy();
      child.kill('SIGTERM');
      const killer = setTimeout(() => child.kill('SIGKILL'), GRACE_MS);
      try {
        return await ended;
      } finally {
        clearTimeout(killer);
      }
    },
  };
}
