/**
 * What the program says beside its answers: on standard error, so that pipes stay clean.
 *
 * @module
 */
import cliProgress from 'cli-progress';
import type { PullProgress } from '../models/types.ts';
import { colorsFor, megabytes } from './terminal.ts';

/** Prints one line for a person. */
export function notice(text: string): void {
  process.stderr.write(`${colorsFor(process.stderr).yellow('!')} ${text}\n`);
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
              format: `Pulling ${model} {bar} {percentage}% · {received}/{total} · {rate}/s · {eta_formatted} left`,
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
    total: megabytes(total),
    rate: megabytes(bytesPerSecond),
  };
}
