/**
 * Maps items to the results of asynchronous work, a few at a time, in the order of the items.
 *
 * @param atOnce how many may be in progress together, at least 1
 * @param items taken one by one; none is begun after one has failed
 * @param work for one item
 * @throws what the first failure threw, once everything that was begun has ended
 * @example
 * const lengths = await mapAtMost(2, ['a', 'bcd'], async (word) => word.length);
 * lengths; // [1, 3]
 */
export async function mapAtMost<Item, Result>(
  atOnce: number,
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  const waiting = items.entries();
  let failed = false;
  async function run(): Promise<void> {
    for (const [i, item] of waiting) {
      if (failed) return;
      try {
        results[i] = await work(item);
      } catch (thrown) {
        failed = true;
        throw thrown;
      }
    }
  }
  const runs = Array.from({ length: Math.min(atOnce, items.length) }, run);
  await Promise.allSettled(runs);
  await Promise.all(runs);
  return results;
}
