import { isStale, weightOf } from './recent.ts';

/**
 * Spread of sizes, in pixels, below which size explains nothing: pictures of about one size differ for other reasons,
 * and what they differ by must not be carried over to one that is fifty times as large.
 */
const SPREAD = 300_000;

/** Pictures at the beginning that take longer because everything is cold, and say nothing of those to come. */
const COLD = 10;

/** The least that a picture takes, as a part of the mean. */
const LEAST = 0.1;

/**
 * How long a job keeps a worker busy: so much, and so much more for each pixel. The line through the recent ones that
 * fits best (least squares over exponentially weighted moments, West 1979), flattened where the sizes hardly differ
 * (ridge regression).
 */
export class ServiceTime {
  #count = 0;
  #observedAt = Number.NEGATIVE_INFINITY;
  #ms: number | undefined;
  #pixels = 0;
  #variance = 0;
  #covariance = 0;

  /** Whether nothing was measured for so long that the estimate may be wrong by now. */
  isStale(now: number): boolean {
    return isStale(now - this.#observedAt);
  }

  /** Milliseconds; undefined before anything was measured. */
  estimate(pixels: number): number | undefined {
    if (this.#ms === undefined) return undefined;
    const slope = Math.max(0, this.#covariance / (this.#variance + SPREAD ** 2));
    return Math.max(this.#ms * LEAST, this.#ms + slope * (pixels - this.#pixels));
  }

  /** What to reckon with until something is measured. */
  expect(ms: number): void {
    if (this.#count === 0) this.#ms = ms;
  }

  observe(ms: number, pixels: number, now: number): void {
    this.#count += 1;
    const weight = weightOf(this.#count, now - this.#observedAt);
    this.#observedAt = now;
    const seen = this.#count > COLD ? ms : Math.min(ms, this.#ms ?? ms);
    const offMs = seen - (this.#ms ?? 0);
    const offPixels = pixels - this.#pixels;
    this.#ms = (this.#ms ?? 0) + weight * offMs;
    this.#pixels += weight * offPixels;
    this.#variance = (1 - weight) * (this.#variance + weight * offPixels ** 2);
    this.#covariance = (1 - weight) * (this.#covariance + weight * offPixels * offMs);
  }
}
