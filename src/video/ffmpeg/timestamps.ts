import type { Readable } from 'node:stream';

/**
 * Timestamps as the `metadata` filter prints them, in the order of the frames. They are read as they come, whether
 * somebody asks or not: a full pipe would stop ffmpeg while the reader waits for its pixels.
 */
export class Timestamps {
  readonly #waiting: (number | undefined)[] = [];
  #ended = false;
  #wake: (() => void) | undefined;

  /** @param stream lines such as `frame:0    pts:133500  pts_time:1.48333`; others do not matter */
  constructor(stream: Readable) {
    let rest = '';
    const end = () => {
      this.#ended = true;
      this.#wake?.();
    };
    stream.setEncoding('utf8').on('end', end).on('close', end).on('error', end);
    stream.on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        const pts = /^frame:\d+\s+pts:(\S+)/.exec(line)?.[1];
        if (pts !== undefined) this.#waiting.push(Number.isFinite(Number(pts)) ? Number(pts) : undefined);
      }
      this.#wake?.();
    });
  }

  /** The next one: its pts in the filter's time base, undefined in a frame without; nothing at the end. */
  async next(): Promise<{ readonly pts: number | undefined } | undefined> {
    while (this.#waiting.length === 0) {
      if (this.#ended) return undefined;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return { pts: this.#waiting.shift() };
  }

  /** How many are there without waiting; they are taken. */
  takeRest(): number {
    return this.#waiting.splice(0).length;
  }
}
