/**
 * What the program says beside its answers: on standard error, so that pipes stay clean.
 *
 * @module
 */
import cliProgress from 'cli-progress';
import type { PictorError } from '../errors.ts';
import type { PullProgress } from '../models/types.ts';
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
  let bar: cliProgress.SingleBar | undefined;
  let last = { done: 0, total: 0 };
  const begin = () => {
    bar = new cliProgress.SingleBar(
      { format: '{bar} {value}/{total} · {eta_formatted} left', stream: process.stderr, hideCursor: true },
      cliProgress.Presets.shades_classic,
    );
    bar.start(last.total, last.done);
  };
  return {
    update(progress) {
      last = progress;
      if (bar) bar.update(progress.done);
      else if (process.stderr.isTTY && progress.total >= from) begin();
    },
    interrupt(print) {
      if (bar && process.stderr.isTTY) process.stderr.write('\r\u001B[K');
      print();
      bar?.render();
    },
    stop() {
      bar?.stop();
      bar = undefined;
    },
  };
}

/** A download bar with rate and time left; on a stream that is no terminal, one line a file. */
export interface PullBar {
  update(progress: PullProgress): void;
  stop(): void;
}

export function pullBar(): PullBar {
  let bar: cliProgress.SingleBar | undefined;
  let file = '';
  let startedAt = 0;
  let startBytes = 0;
  return {
    update({ model, file: name, receivedBytes, totalBytes }) {
      if (name !== file) {
        bar?.stop();
        file = name;
        startedAt = Date.now();
        startBytes = receivedBytes;
        if (process.stderr.isTTY) {
          bar = new cliProgress.SingleBar(
            {
              format: `Pulling ${model} {bar} {percentage}% · {received}/{size} · {rate}/s · {eta_formatted} left`,
              stream: process.stderr,
              hideCursor: true,
              barsize: 24,
            },
            cliProgress.Presets.shades_classic,
          );
          bar.start(totalBytes, receivedBytes, fields(receivedBytes, totalBytes, 0));
        } else {
          process.stderr.write(`Pulling ${model}: ${name}, ${megabytes(totalBytes)}\n`);
        }
      }
      bar?.update(
        receivedBytes,
        fields(receivedBytes, totalBytes, rate(receivedBytes - startBytes, Date.now() - startedAt)),
      );
    },
    stop() {
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
