import type { SourceInfo } from '../../../video/types.ts';
import type { JobProgress, Json } from '../types.ts';

/** How far a video is read, and when it will be done at the rate so far. */
export class Progress {
  readonly #info: SourceInfo;
  readonly #source: Json;
  readonly #startedAt = performance.now();

  constructor(info: SourceInfo) {
    this.#info = info;
    this.#source = asJson({ ...info, name: undefined });
  }

  /**
   * @param time of the last frame, seconds
   * @param counts up to it
   */
  at(time: number, counts: object): JobProgress {
    const { duration } = this.#info;
    const elapsed = (performance.now() - this.#startedAt) / 1000;
    const fraction = duration === undefined ? undefined : Math.min(1, time / duration);
    return {
      stage: 'frames',
      ...(fraction !== undefined && { fraction }),
      ...(fraction !== undefined &&
        fraction > 0.02 && { secondsLeft: Math.round((elapsed * (1 - fraction)) / fraction) }),
      message: `${time.toFixed(1)} s of the video`,
      detail: asJson({ time, source: this.#source, ...counts }),
    };
  }
}

/** Plain data, and nothing that JSON cannot hold. */
export function asJson(value: object): Json {
  return JSON.parse(JSON.stringify(value)) as Json;
}
