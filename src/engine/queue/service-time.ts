/** Weight of a new value; the last dozen pictures decide. */
const WEIGHT = 0.15;

/** How long one job keeps a worker busy, as a moving mean in milliseconds. */
export class ServiceTime {
  #mean: number | undefined;

  /** Undefined before anything was measured. */
  get mean(): number | undefined {
    return this.#mean;
  }

  observe(ms: number): void {
    this.#mean = this.#mean === undefined ? ms : this.#mean + WEIGHT * (ms - this.#mean);
  }
}
