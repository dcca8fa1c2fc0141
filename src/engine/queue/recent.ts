/** Values that matter at least: fewer would be noise. */
const VALUES = 40;

/** Milliseconds that matter at most: what is older says little, however few values there were since. */
const SPAN_MS = 1000;

/**
 * How much a new value weighs against all before it, 0..1, so that moving means speak of the last forty values or of
 * the last second, whichever is less.
 *
 * @param count values so far, the new one included
 * @param sinceMs milliseconds since the last one
 */
export function weightOf(count: number, sinceMs: number): number {
  return Math.max(1 / VALUES, 1 / count, Math.min(1, sinceMs / SPAN_MS));
}

/** Whether what was measured that long ago may be wrong by now. */
export function isStale(sinceMs: number): boolean {
  return sinceMs >= SPAN_MS;
}
