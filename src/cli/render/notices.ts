/**
 * What the program says besides its answers: on standard error, so that pipes stay clean.
 *
 * @module
 */
import type { PictorError } from '../../errors.ts';
import type { PullProgress } from '../../models/types.ts';
import { type TerminalBar, terminalBar, timeLeft } from './progress-bar.ts';
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
  let bar: TerminalBar | undefined;
  return {
    update({ done, total }) {
      if (process.stderr.isTTY && total >= from) {
        bar ??= terminalBar(
          40,
          (drawn, progress) => `${drawn} ${progress.done}/${progress.total} · ${timeLeft(progress)} left`,
        );
      }
      bar?.update(done, total);
    },
    interrupt(print) {
      if (bar && process.stderr.isTTY) process.stderr.write('\r\u001B[K');
      print();
      bar?.draw();
    },
    stop() {
      bar?.stop();
      bar = undefined;
    },
  };
}

/** A download bar with rate and time left; on a stream that is no terminal, one line per file. */
export interface PullBar {
  update(progress: PullProgress): void;
  stop(): void;
}

export function pullBar(): PullBar {
  let bar: TerminalBar | undefined;
  let file = '';
  const begin = ({ model, receivedBytes: resumedAt }: PullProgress) =>
    terminalBar(24, (drawn, { done, total, elapsedMs }) => {
      const received = done - resumedAt;
      const rate = elapsedMs > 0 ? Math.round((received * 1000) / elapsedMs) : 0;
      const left = timeLeft({ done: received, total: total - resumedAt, elapsedMs });
      const percentage = total > 0 ? Math.floor((done / total) * 100) : 0;
      return `Pulling ${model} ${drawn} ${percentage}% · ${megabytes(done)}/${megabytes(total)} · ${megabytes(rate)}/s · ${left} left`;
    });
  return {
    update(progress) {
      const { model, file: name, receivedBytes, totalBytes } = progress;
      if (name !== file) {
        bar?.stop();
        bar = undefined;
        file = name;
        if (process.stderr.isTTY) bar = begin(progress);
        else process.stderr.write(`Pulling ${model}: ${name}, ${megabytes(totalBytes)}\n`);
      }
      bar?.update(receivedBytes, totalBytes);
    },
    stop() {
      bar?.stop();
      bar = undefined;
    },
  };
}
