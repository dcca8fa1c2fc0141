/**
 * What the program says beside its answers: on standard error, so that pipes stay clean.
 *
 * @module
 */
import type { Options, SingleBar } from 'cli-progress';
import type { PictorError } from '../../errors.ts';
import type { PullProgress } from '../../models/types.ts';
import { colorsFor, megabytes } from './terminal.ts';

/** Prints one line for a person. */
export function notice(text: string): void {
  process.stderr.write(`${colorsFor(process.stderr).yellow('!')} ${text}\n`);
}

/** Says what went wrong with one thing while the rest goes on. */
export function complain(name: string, error: PictorError): void {
  const colors = colorsFor(process.stderr);
  process.stderr.write(`${colors.red('✗')} ${name}: ${error.message} ${colors.dim(error.code)}\n`);
}

/** A bar for many pictures; nothing on a stream that is no terminal. */
export interface ProgressBar {
  readonly update: (progress: { readonly done: number; readonly total: number }) => void;
  /** Prints something on standard error without spoiling the bar. */
  interrupt(print: () => void): void;
  stop(): void;
}

/**
 * Makes a progress bar that appears with the first update.
 *
 * @param from total below which there is none (default 4)
 */
export function progressBar(from = 4): ProgressBar {
  let bar: SingleBar | undefined;
  let wanted = false;
  let last = { done: 0, total: 0 };
  const begin = async () => {
    wanted = true;
    const made = await makeBar({ format: '{bar} {value}/{total} · {eta_formatted} left' });
    if (!wanted) return;
    bar = made;
    bar.start(last.total, last.done);
  };
  return {
    update(progress) {
      last = progress;
      if (bar) bar.update(progress.done);
      else if (!wanted && process.stderr.isTTY && progress.total >= from) void begin();
    },
    interrupt(print) {
      if (bar && process.stderr.isTTY) process.stderr.write('\r\u001B[K');
      print();
      bar?.render();
    },
    stop() {
      wanted = false;
      bar?.stop();
      bar = undefined;
    },
  };
}

/** Makes a bar on standard error. Its library is loaded with the first one: most runs have none. */
async function makeBar(options: Options): Promise<SingleBar> {
  const { default: library } = await import('cli-progress');
  const { shades_classic: shades } = library.Presets;
  return new library.SingleBar({ ...options, stream: process.stderr, hideCursor: true }, shades);
}

/** A download bar with rate and time left; on a stream that is no terminal, one line a file. */
export interface PullBar {
  update(progress: PullProgress): void;
  stop(): void;
}

export function pullBar(): PullBar {
  let bar: SingleBar | undefined;
  let file = '';
  let last: PullProgress | undefined;
  let startedAt = 0;
  let startBytes = 0;
  const begin = async ({ model, file: name }: PullProgress) => {
    const made = await makeBar({
      format: `Pulling ${model} {bar} {percentage}% · {received}/{size} · {rate}/s · {eta_formatted} left`,
      barsize: 24,
    });
    // Another file, or none, by now.
    if (last?.file !== name) return;
    bar = made;
    bar.start(last.totalBytes, last.receivedBytes, fields(last.receivedBytes, last.totalBytes, 0));
  };
  return {
    update(progress) {
      const { model, file: name, receivedBytes, totalBytes } = progress;
      last = progress;
      if (name !== file) {
        bar?.stop();
        bar = undefined;
        file = name;
        startedAt = Date.now();
        startBytes = receivedBytes;
        if (process.stderr.isTTY) void begin(progress);
        else process.stderr.write(`Pulling ${model}: ${name}, ${megabytes(totalBytes)}\n`);
      }
      bar?.update(
        receivedBytes,
        fields(receivedBytes, totalBytes, rate(receivedBytes - startBytes, Date.now() - startedAt)),
      );
    },
    stop() {
      last = undefined;
      bar?.stop();
      bar = undefined;
    },
  };
}

/** Bytes a second. */
function rate(bytes: number, elapsedMs: number): number {
  return elapsedMs > 0 ? Math.round((bytes * 1000) / elapsedMs) : 0;
}

function fields(received: number, total: number, bytesPerSecond: number): Record<string, string> {
  return {
    received: megabytes(received),
    size: megabytes(total),
    rate: megabytes(bytesPerSecond),
  };
}
