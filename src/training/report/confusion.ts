/** Classes up to which every pair is counted: a matrix of 10,000 would be a gigabyte of zeros. */
const MOST_CLASSES = 1000;

/**
 * Counts answers by truth: `[truth][answer]`.
 *
 * @param truth class of each answer, 0-based
 * @param said class that was answered, in the same order
 * @param classes how many there are; of more than 1,000 the matrix is empty
 */
export function confusionOf(truth: readonly number[], said: readonly number[], classes: number): number[][] {
  if (classes > MOST_CLASSES) return [];
  const counts = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  for (const [at, label] of truth.entries()) {
    const row = counts[label];
    const answer = said[at] ?? 0;
    if (row) row[answer] = (row[answer] ?? 0) + 1;
  }
  return counts;
}
