const FIRST_MS = 20;
const LONGEST_MS = 10_000;

/**
 * Milliseconds before a worker is started again.
 *
 * @param deaths how often it died in a row without an answer in between, from 1
 */
export function backOffMs(deaths: number): number {
  return Math.min(LONGEST_MS, FIRST_MS * 2 ** (deaths - 1));
}

/** How long a worker waits before it opens a model again that it could not open, milliseconds: 1 s to 30 s. */
export function reopenDelayMs(failures: number): number {
  return Math.min(30_000, 1_000 * 2 ** (failures - 1));
}
