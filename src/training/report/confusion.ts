/**
 * Counts answers by truth: `[truth][answer]`.
 *
 * @param truth class of each answer, 0-based
 * @param said class that was answered, in the same order
 * @param classes how many there are
 */
export function confusionOf(truth: readonly number[], said: readonly number[], classes: number): number[][] {
  const counts = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  for (const [at, label] of truth.entries()) {
    const row = counts[label];
    const answer = said[at] ?? 0;
    if (row) row[answer] = (row[answer] ?? 0) + 1;
  }
  return counts;
}
